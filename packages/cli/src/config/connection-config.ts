import { readFileSync } from 'node:fs';
import type { ConnectionOptions, Dialect } from '@reskue/core';
import { CommandStop } from '../command/command-stop.js';
import type { OptionSpec } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import type { CommandOptions } from '../command/option-reader.js';
import { keepSecret } from './redact.js';

/** The options that every command takes. */
export const globalOptions: readonly OptionSpec[] = [
  {
    flags: '-u, --url <url>',
    summary: 'redis://, rediss:// or unix:///socket; better in the environment if it holds a password',
    env: ['RESKUE_URL', 'REDIS_URL'],
    config: 'url',
  },
  { flags: '--host <host>', summary: 'host of Redis', env: ['RESKUE_HOST'], config: 'host' },
  { flags: '--port <port>', summary: 'port of Redis', env: ['RESKUE_PORT'], config: 'port' },
  { flags: '--db <number>', summary: 'number of the database', env: ['RESKUE_DB'], config: 'db' },
  { flags: '--user <name>', summary: 'who logs in', env: ['RESKUE_USER'], config: 'user' },
  {
    flags: '--password-file <file>',
    summary: 'a file with the password; or set RESKUE_PASSWORD',
    env: ['RESKUE_PASSWORD_FILE'],
    config: 'passwordFile',
  },
  { flags: '--tls', summary: 'speak TLS', env: ['RESKUE_TLS'], config: 'tls' },
  {
    flags: '-n, --namespace <prefix>',
    summary: 'prefix of every key (resque)',
    env: ['RESKUE_NAMESPACE', 'NAMESPACE'],
    config: 'namespace',
  },
  {
    flags: '--dialect <node|ruby>',
    summary: 'how jobs are written (node)',
    env: ['RESKUE_DIALECT'],
    config: 'dialect',
  },
  {
    flags: '--timeout <duration>',
    summary: 'how long to wait for Redis',
    env: ['RESKUE_TIMEOUT'],
    config: 'timeout',
    fallback: '5s',
  },
  { flags: '--config <file>', summary: 'the configuration file (reskue.config.{js,mjs,cjs,ts,json})' },
  { flags: '--json', summary: 'print one JSON document' },
  { flags: '--ndjson', summary: 'print one JSON object a line' },
  { flags: '--no-color', summary: 'no colours; so does NO_COLOR, and FORCE_COLOR brings them' },
];

/** How to reach Redis, and how to write there. */
export type ConnectionConfig = ConnectionOptions & {
  readonly namespace: string;
  readonly dialect: Dialect;
  readonly commandTimeout: number;
};

/** How to reach Redis, as Connection takes it. Passwords are kept out of everything that is printed from here on. */
export function connectionConfig(
  options: CommandOptions,
  secretSources: { env: Readonly<Record<string, string | undefined>>; configured: unknown },
): ConnectionConfig {
  const url = options.text('url');
  // A part given at a weaker place than the whole URL does not change the URL: --url beats $RESKUE_HOST.
  const counts = (name: string) => url === undefined || options.rank(name) <= options.rank('url');
  const password = readPassword(options, secretSources.env, secretSources.configured);
  keepSecret(password);
  keepSecret(passwordOf(url));
  const dialect = options.text('dialect') ?? 'node';
  if (dialect !== 'node' && dialect !== 'ruby') {
    throw new CommandStop(
      exitCodes.usage,
      `--dialect: expected node or ruby, got ${JSON.stringify(dialect)}`,
    );
  }
  const timeoutMs = options.durationMs('timeout') ?? 5_000;
  return {
    url,
    ...(counts('host') && { host: options.text('host') }),
    ...(counts('port') && { port: options.integer('port', 1) }),
    ...(counts('db') && { database: options.integer('db') }),
    ...(counts('user') && { username: options.text('user') }),
    password,
    ...(counts('tls') && options.flag('tls') && { tls: true }),
    namespace: options.text('namespace') ?? 'resque',
    dialect,
    commandTimeout: Math.max(timeoutMs, 1),
  };
}

function readPassword(
  options: CommandOptions,
  env: Readonly<Record<string, string | undefined>>,
  configured: unknown,
): string | undefined {
  const file = options.text('passwordFile');
  if (file !== undefined) {
    try {
      return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandStop(exitCodes.usage, `--password-file: ${reason}`, { cause: error });
    }
  }
  const fromEnv = env['RESKUE_PASSWORD'] ?? env['REDIS_PASSWORD'];
  if (fromEnv !== undefined && fromEnv !== '') return fromEnv;
  return typeof configured === 'string' ? configured : undefined;
}

function passwordOf(url: string | undefined): string | undefined {
  const encoded = /^[a-z+]+:\/\/[^/@:]*:([^@]*)@/i.exec(url ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
