import { asReply, defineScript } from './define-script.js';
import source from './due-seconds.lua';

export interface DueSecondsReply {
  status: 'seconds';
  /** Redis's clock, epoch ms. */
  nowMs: number;
  /** Epoch ms at which the next second begins or the next exact time comes; null when nothing is delayed beyond now. */
  nextMs: number | null;
  /** Delayed seconds that have begun, the earliest first, at most `limit` after the first `skip`. */
  begun: string[];
  /** Seconds with a job whose exact time has come; of the first `limit` such jobs. */
  timed: string[];
}

/** Tells which delayed seconds to look into, and until when nothing more will be due. `now`: ms, or `""` for the server's clock. */
export const dueSeconds = defineScript({
  name: 'dueSeconds',
  source,
  keys: ['schedule', 'due'],
  args: ['skip', 'limit', 'now'],
  decode(reply): DueSecondsReply {
    const [, nowMs, nextMs, count, ...seconds] = asReply(reply);
    return {
      status: 'seconds',
      nowMs: Number(nowMs),
      nextMs: nextMs === '' ? null : Number(nextMs),
      begun: seconds.slice(0, Number(count)).map(String),
      timed: seconds.slice(Number(count)).map(String),
    };
  },
});
