import type { CommandSpec } from '../../command/command-spec.js';
import { delayed } from './delayed.js';
import { failed } from './failed.js';
import { jobs } from './jobs.js';
import { locks } from './locks.js';
import { queues } from './queues.js';
import { schedules } from './schedules.js';
import { stats } from './stats.js';
import { status } from './status.js';
import { tail } from './tail.js';
import { top } from './top.js';
import { workers } from './workers.js';

/** The commands that show. */
export const seeCommands: readonly CommandSpec[] = [
  status,
  queues,
  workers,
  jobs,
  failed,
  delayed,
  locks,
  schedules,
  stats,
  top,
  tail,
];
