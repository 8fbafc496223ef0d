import type { ParsedJob } from '@reskue/core';

/** What a child is asked. */
export type ToChild =
  | {
      kind: 'run';
      module: string;
      exportName: string | undefined;
      args: unknown[];
      job: ParsedJob;
      queue: string;
      workerName: string;
    }
  | { kind: 'abort'; message: string };

/** An error as it travels between processes. */
export interface TravellingError {
  name: string;
  message: string;
  stack: string | undefined;
}

export type FromChild = { kind: 'result'; result: unknown } | { kind: 'error'; error: TravellingError };
