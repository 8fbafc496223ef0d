/** When a schedule calls for a job. */
export interface Calling {
  /** What the times are computed from: where it changes, ticks count anew. */
  readonly key: string;
  /** The first tick after an instant, epoch ms, for a schedule whose times stand since another one; Infinity: none. */
  after(sinceMs: number, atMs: number): number;
}
