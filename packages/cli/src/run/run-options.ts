import type { OptionSpec } from '../command/command-spec.js';
import { logFormats, logLevels } from './log/log-options.js';

/** Options that more than one of the commands under "Run" takes. */
export const requireOption: OptionSpec = {
  flags: '-r, --require <file...>',
  summary: 'modules with jobs, in JavaScript or TypeScript; several are merged',
  config: 'require',
};

export const healthOptions: readonly OptionSpec[] = [
  {
    flags: '--health-port <port>',
    summary: 'serve /healthz, /readyz and /metrics here',
    env: ['HEALTH_PORT'],
    config: 'healthPort',
  },
  {
    flags: '--health-host <host>',
    summary: 'the address to listen on (all)',
    env: ['HEALTH_HOST'],
    config: 'healthHost',
  },
];

export const logOptions: readonly OptionSpec[] = [
  {
    flags: `--log-level <${logLevels.join('|')}>`,
    summary: 'what is worth a line (info; debug where VERBOSE is set)',
    env: ['LOG_LEVEL'],
    config: 'logLevel',
  },
  {
    flags: `--log-format <${logFormats.join('|')}>`,
    summary: 'how lines look (pretty on a terminal, else json)',
    env: ['LOG_FORMAT'],
    config: 'logFormat',
  },
];

export const pidFileOption: OptionSpec = {
  flags: '--pidfile <file>',
  summary: 'holds the process id while it runs',
  env: ['PIDFILE'],
  config: 'pidfile',
};
