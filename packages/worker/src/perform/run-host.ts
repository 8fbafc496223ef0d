/** The Worker as a run sees it: `this` of `perform`, and what plugins read and write. */
export interface RunHost {
  readonly name: string;
  readonly jobs: object;
  error: unknown;
  result: unknown;
}

/** How long a job may take. */
export interface JobLimits {
  /** Milliseconds until its signal aborts, for a job that says nothing else; 0 = no limit. */
  timeoutMs: number;
  /** Milliseconds from the abort until nobody waits for it any more. */
  graceMs: number;
}
