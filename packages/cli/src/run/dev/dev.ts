import type { CommandSpec } from '../../command/command-spec.js';
import { logOptions, requireOption } from '../run-options.js';

/** `reskue dev` */
export const dev: CommandSpec = {
  name: 'dev',
  group: 'Run',
  summary: 'work your jobs while you write them: Redis, worker and scheduler in one, reloaded on change',
  description:
    'Starts a private Redis and prints its REDIS_URL, unless one is given. After a change the new code takes over and the old ' +
    'process ends its jobs; code that does not load changes nothing.',
  options: [
    requireOption,
    {
      flags: '-q, --queue <names...>',
      summary: 'queues; * for all',
      env: ['QUEUE', 'QUEUES'],
      fallback: '*',
    },
    { flags: '-c, --concurrency <number>', summary: 'so many jobs at once', env: ['COUNT'], fallback: 5 },
    { flags: '--redis-port <port>', summary: 'port of the private Redis (any that is free)' },
    { flags: '--watch <folders...>', summary: 'what is watched (the folders of the modules)' },
    ...logOptions,
  ],
  examples: ['dev -r jobs.ts'],
  signals: 'own',
  load: () => import('./dev-action.js').then(({ run }) => run),
};
