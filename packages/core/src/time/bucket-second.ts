import type { Dialect } from '../connection/connection-options.js';

/**
 * The epoch second under which a job that is due at an epoch ms is delayed: rounded as in node-resque, cut as in Ruby.
 * The exact moment is kept beside it (`due`), so that ours is never early.
 */
export const bucketSecond = (dialect: Dialect, dueMs: number): number =>
  dialect === 'ruby' ? Math.floor(dueMs / 1_000) : Math.round(dueMs / 1_000);
