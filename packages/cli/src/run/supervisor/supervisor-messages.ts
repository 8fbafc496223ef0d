/**
 * What a working process is about: `starting` until all its workers are in Redis, then `working` or `quiet` (it claims
 * nothing more, and stays), `draining` until its jobs are done, `ended`.
 */
export type WorkPhase = 'starting' | 'working' | 'quiet' | 'draining' | 'ended';

/** What a working process says of itself, once a second. */
export interface WorkState {
  phase: WorkPhase;
  /** Redis answers. */
  connected: boolean;
  /** Workers that are in Redis and claim. */
  claiming: number;
  /** Workers with a job in hand. */
  busy: number;
  /** Since its start. */
  processed: number;
  failed: number;
  /** Resident memory. */
  rssBytes: number;
  /** Why it must be taken for dead; `undefined` while it lives. */
  sick?: string | undefined;
}

/** What a supervisor tells the processes that it started. */
export type ToChild =
  | { kind: 'drain' }
  | { kind: 'now' }
  | { kind: 'quiet' }
  | { kind: 'resume' }
  | { kind: 'metrics'; id: number };

/**
 * What they tell it. `stopped`: an operator told this process to stop, and nobody is to follow it. `metrics` is what `@reskue/metrics` gives for merging, or nothing where nobody wished for it; as an answer
 * to the question of that `id`, or at their end with 0.
 */
export type FromChild =
  | { kind: 'state'; state: WorkState }
  | { kind: 'stopped' }
  | { kind: 'metrics'; id: number; metrics: unknown };

/** Set in the processes that a supervisor starts: the number of the seat. */
export const seatVariable = 'RESKUE_SEAT';
