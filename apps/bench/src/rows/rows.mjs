// @ts-check
import { allocationRows } from './allocations.mjs';
import { bigPayloadRows } from './big-payloads.mjs';
import { delayedRows } from './delayed.mjs';
import { enqueueRows } from './enqueue.mjs';
import { growthRows } from './growth.mjs';
import { idleRows } from './idle.mjs';
import { memoryRows } from './memory.mjs';
import { pickupRows } from './pickup.mjs';
import { pluginRows } from './plugins.mjs';
import { processRows } from './processes.mjs';
import { workRows } from './work.mjs';

/** All rows, in the order of the report; those of a group stand together. */
export const rows = [
  ...workRows,
  ...pluginRows,
  ...enqueueRows,
  ...memoryRows,
  ...bigPayloadRows,
  ...pickupRows,
  ...delayedRows,
  ...idleRows,
  ...allocationRows,
  ...growthRows,
  ...processRows,
];
