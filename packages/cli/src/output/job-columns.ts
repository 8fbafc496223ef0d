import type { FailureEntry } from '../fleet/failure-entry.js';
import type { JobEntry } from '../fleet/job-entry.js';
import type { Column } from './table.js';

const argsOf = (entry: JobEntry): string => entry.raw ?? JSON.stringify(entry.args);

export const idColumn: Column<JobEntry> = { title: 'ID', value: ({ id }) => id, shrinkTo: 12 };
export const queueColumn: Column<JobEntry> = { title: 'QUEUE', value: ({ queue }) => queue, shrinkTo: 8 };
export const classColumn: Column<JobEntry> = {
  title: 'CLASS',
  value: (entry) => entry.class ?? (entry.raw === undefined ? null : '(unreadable)'),
  shrinkTo: 8,
};
export const argsColumn: Column<JobEntry> = { title: 'ARGS', value: argsOf, shrinkTo: 10 };
export const exceptionColumn: Column<FailureEntry> = {
  title: 'EXCEPTION',
  value: ({ exception }) => exception,
  shrinkTo: 8,
};
export const errorColumn: Column<FailureEntry> = {
  title: 'ERROR',
  value: ({ error }) => error?.split('\n', 1)[0] ?? null,
  shrinkTo: 12,
};
