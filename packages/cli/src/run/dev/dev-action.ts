import { dirname, relative, resolve } from 'node:path';
import { startRedis, type RedisServer } from '@reskue/redis-server';
import type { CommandContext } from '../../command/command-context.js';
import type { CommandAction } from '../../command/command-spec.js';
import type { CommandOptions } from '../../command/option-reader.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { findModule } from '../jobs/find-module.js';
import { createLog } from '../log/create-log.js';
import { readLogOptions } from '../log/log-options.js';
import { obeySignals } from '../obey-signals.js';
import type { Program } from '../supervisor/child.js';
import { Supervisor } from '../supervisor/supervisor.js';
import { watchFiles } from './watch-files.js';

/** Somebody who presses Ctrl-C waits for jobs no longer than this. */
const termTimeoutMs = 5_000;

export const run: CommandAction = async (context) => {
  const { options } = context;
  const modules = options.texts('require') ?? [];
  if (modules.length === 0) throw new CommandStop(exitCodes.usage, 'which jobs? -r jobs.ts');
  const files = modules.map((module) => {
    const file = findModule(module, process.cwd());
    if (file === undefined) throw new CommandStop(exitCodes.usage, `no file ${module} in ${process.cwd()}`);
    return file;
  });
  const logOptions = readLogOptions(context);
  const log = createLog(logOptions);
  const server = isRedisGiven(context) ? undefined : await startPrivateRedis(options.integer('redisPort', 1));
  if (server) {
    context.defer(() => server.stop());
    log.info(`a private Redis for as long as this runs: REDIS_URL=${server.url}`);
  }
  const program = workerProgram(context, modules, server?.url, logOptions);
  const supervisor = new Supervisor(
    // Whoever waits for a broken file to be mended must not wait longer.
    { processes: 1, program: () => program, termTimeoutMs, givesUp: false, readyTimeoutMs: 10_000 },
    log,
  );
  context.defer(
    obeySignals(
      {
        drain: () => supervisor.end('drain', 0),
        stopNow: (exitCode) => supervisor.end('now', exitCode),
        quiet: () => supervisor.quiet(true),
        resume: () => supervisor.quiet(false),
      },
      log,
    ),
  );
  const folders =
    options.texts('watch')?.map((folder) => resolve(folder)) ?? files.map((file) => dirname(file));
  let reloaded: Promise<unknown> = Promise.resolve();
  context.defer(
    watchFiles(folders, (changed) => {
      const what = changed.map((file) => relative(process.cwd(), file)).join(', ');
      reloaded = reloaded.then(() => supervisor.roll(`changed: ${what}`));
    }),
  );
  return supervisor.run();
};

const isRedisGiven = ({ options }: CommandContext): boolean => options.has('url') || options.has('host');

const startPrivateRedis = (port = 0): Promise<RedisServer> => startRedis({ port });

/** Flags of ours that say where Redis is; what the environment and the file say the worker reads itself. */
function givenTargets(options: CommandOptions): string[] {
  const texts = {
    host: '--host',
    port: '--port',
    db: '--db',
    user: '--user',
    passwordFile: '--password-file',
  };
  const flags = Object.entries(texts).flatMap(([name, flag]) =>
    options.rank(name) === 0 ? [flag, options.text(name) ?? ''] : [],
  );
  return options.rank('tls') === 0 ? [...flags, '--tls'] : flags;
}

/** `reskue work` with the same modules, and a scheduler in it. */
function workerProgram(
  { options, connection, configFile }: CommandContext,
  modules: readonly string[],
  url: string | undefined,
  { level, format }: { level: string; format: string },
): Program {
  const queues = options.texts('queue') ?? ['*'];
  const argv = [
    'work',
    ...['--schedule', '--concurrency', String(options.integer('concurrency', 1) ?? 5)],
    ...['--queue', queues.join(',')],
    ...['--term-timeout', `${termTimeoutMs}ms`, '--interval', '5s'],
    ...['--namespace', connection.namespace, '--dialect', connection.dialect],
    ...['--log-level', level, '--log-format', format],
    ...modules.flatMap((module) => ['--require', module]),
    ...(configFile === undefined ? [] : ['--config', configFile]),
    ...givenTargets(options),
  ];
  const given = url ?? options.text('url');
  return {
    file: process.argv[1] ?? '',
    argv,
    env: { ...process.env, ...(given !== undefined && { RESKUE_URL: given }) },
  };
}
