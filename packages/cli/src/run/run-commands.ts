import type { CommandSpec } from '../command/command-spec.js';
import { demo } from './demo/demo.js';
import { dev } from './dev/dev.js';
import { health } from './health/health.js';
import { schedule } from './schedule/schedule.js';
import { work } from './work/work.js';

/** The commands under "Run". */
export const runCommands: readonly CommandSpec[] = [work, schedule, dev, demo, health];
