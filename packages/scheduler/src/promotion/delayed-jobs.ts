import type {
  DuePageReply,
  DueSecondsReply,
  PromoteReply,
  Promotion,
  PromotionResult,
} from '@reskue/core/protocol';

/** Delayed jobs of one page, one step, one look: nothing that is asked for or sent grows with what is delayed. */
export const pageSize = 1_000;
export const secondsAtOnce = 100;

/** Redis's delayed jobs, as a promoter works with them. */
export interface DelayedJobs {
  seconds(skip: number): Promise<DueSecondsReply>;
  /** What is due among a page of a second's list, in its order. */
  page(second: string, first: number): Promise<DuePageReply>;
  /** What is due in a second by its exact time, in the order of time; for jobs that hide behind a page of later ones. */
  timed(second: string): Promise<string[]>;
  promote(second: string, promotions: readonly Promotion[]): Promise<PromoteReply>;
  /** Those due payloads of a page that are no UTF-8 text, as bytes. */
  strangeBytes(second: string, first: number): Promise<Buffer[]>;
  failBytes(second: string, payload: Buffer, failure: string): Promise<PromotionResult>;
  /** Redis's clock, epoch ms, as of the last look. */
  now(): number;
}
