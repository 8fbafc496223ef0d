import type { CommandSpec } from '../../command/command-spec.js';
import { completion } from './completion.js';
import { doctor } from './doctor.js';
import { exportJobs } from './export.js';
import { importJobs } from './import.js';
import { version } from './version.js';

/** The commands that care for a Redis. */
export const careCommands: readonly CommandSpec[] = [doctor, exportJobs, importJobs, completion, version];
