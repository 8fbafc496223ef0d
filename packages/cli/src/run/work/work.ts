import type { CommandSpec } from '../../command/command-spec.js';
import { healthOptions, logOptions, pidFileOption, requireOption } from '../run-options.js';

/** `reskue work` */
export const work: CommandSpec = {
  name: 'work',
  group: 'Run',
  summary: 'work the jobs of some modules',
  description:
    'SIGTERM ends in good order: running jobs get --term-timeout, then they go back to their queues. SIGINT, or a second ' +
    'SIGTERM, puts them back at once. SIGTSTP quiets, SIGCONT resumes; with --processes, SIGUSR2 replaces the processes one ' +
    'after the other, new ones first.',
  options: [
    {
      flags: '-q, --queue <names...>',
      summary: 'queues in the order in which they are asked; * for all',
      env: ['QUEUE', 'QUEUES'],
      config: 'queues',
      fallback: '*',
    },
    requireOption,
    {
      flags: '-c, --concurrency <number>',
      summary: 'so many jobs at once in a process (1)',
      env: ['COUNT'],
      config: 'concurrency',
    },
    { flags: '--min <number>', summary: 'between --min and --max, as the event loop bears', config: 'min' },
    { flags: '--max <number>', summary: 'the most jobs at once in a process', config: 'max' },
    {
      flags: '--processes <number>',
      summary: 'so many processes, looked after by this one',
      config: 'processes',
    },
    {
      flags: '--max-memory <size>',
      summary: 'replace a process that holds more, such as 512mb',
      config: 'maxMemory',
    },
    { flags: '--once', summary: 'work one job and end: 0 done, 1 failed, 3 there was none' },
    {
      flags: '--drain',
      summary: 'end when the queues are empty: 0, 3 there was none, 4 some failed, 1 all did',
    },
    {
      flags: '--term-timeout <duration>',
      summary: 'what running jobs get after SIGTERM',
      env: ['RESQUE_TERM_TIMEOUT'],
      config: 'termTimeout',
      fallback: '25s',
    },
    {
      flags: '--interval <duration>',
      summary: "between two looks for jobs of others than Reskue's producers; 0 is --drain",
      env: ['INTERVAL'],
      config: 'interval',
      fallback: '5s',
    },
    {
      flags: '--lease <duration>',
      summary: 'a silent process keeps its jobs for so long',
      config: 'lease',
      fallback: '10s',
    },
    {
      flags: '--claim-ahead <number>',
      summary: 'so many short jobs may be claimed before there is room for them (64); 0 is none',
      config: 'claimAhead',
    },
    { flags: '--schedule', summary: 'run a scheduler in the same process, too', config: 'schedule' },
    ...healthOptions,
    pidFileOption,
    ...logOptions,
  ],
  examples: [
    'work -r jobs.js',
    'work -r mail.ts -r images.ts -q critical,mail,images -c 20',
    'work -r jobs.js --processes 4 -c 10 --max-memory 512mb --health-port 8080',
  ],
  signals: 'own',
  load: () => import('./work-action.js').then(({ run }) => run),
};
