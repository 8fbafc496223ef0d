/** How a lane looks for jobs. */
export interface LaneTerms {
  /** Between two looks of a sleeping lane. */
  timeoutMs: number;
  /** How many jobs it may claim ahead of its free slots. */
  claimAhead: number;
}
