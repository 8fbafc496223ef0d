import type { Connection } from '@reskue/core';
import { isMock } from '@reskue/core/protocol';
import type { DelayedJobs } from './delayed-jobs.js';
import { PlainDelayedJobs } from './plain-delayed-jobs.js';
import { ScriptedDelayedJobs } from './scripted-delayed-jobs.js';

/** The delayed jobs behind a connection. */
export function delayedJobsOf(connection: Connection): DelayedJobs {
  const { redis } = connection.options;
  return redis !== undefined && isMock(redis)
    ? new PlainDelayedJobs(connection)
    : new ScriptedDelayedJobs(connection);
}
