import { parseTime } from '@reskue/core/protocol';
import { formatDuration } from './format-duration.js';
import type { Output } from './output.js';

export type ShowTime = (time: string | null | undefined) => string | null;

/** How times are shown: on a terminal how long ago or how soon, else in ISO, for programs. */
export const timeShown =
  (out: Output): ShowTime =>
  (time) => {
    if (time == null) return null;
    const ms = parseTime(time);
    if (ms === undefined) return time;
    if (!out.isTerminal) return new Date(ms).toISOString();
    const distance = ms - Date.now();
    return distance > 0 ? `in ${formatDuration(distance)}` : `${formatDuration(-distance)} ago`;
  };
