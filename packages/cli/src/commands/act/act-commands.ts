import type { CommandSpec } from '../../command/command-spec.js';
import { clear } from './clear.js';
import { enqueue } from './enqueue.js';
import { move } from './move.js';
import { pause } from './pause.js';
import { remove } from './remove.js';
import { resume } from './resume.js';
import { retry } from './retry.js';
import { runNow } from './run-now.js';
import { unlock } from './unlock.js';
import { workersClean } from './workers-clean.js';
import { workersQuiet } from './workers-quiet.js';
import { workersResume } from './workers-resume.js';
import { workersStop } from './workers-stop.js';

/** The commands that change something. */
export const actCommands: readonly CommandSpec[] = [
  enqueue,
  retry,
  remove,
  runNow,
  move,
  pause,
  resume,
  clear,
  workersClean,
  workersQuiet,
  workersResume,
  workersStop,
  unlock,
];
