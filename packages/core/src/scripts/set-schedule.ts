import { asReply, defineScript } from './define-script.js';
import source from './set-schedule.lua';

export type SetScheduleReply = { status: 'set' | 'same'; sinceMs: number } | { status: 'changed' };

/**
 * Stores a schedule's text under its name, for every scheduler of both kinds. `seen`: the text that the caller read, empty
 * for none. `timing`: what its times are computed from; where that is new, its ticks count from now on.
 */
export const setSchedule = defineScript({
  name: 'setSchedule',
  source,
  keys: ['persistent', 'changed', 'fired', 'since', 'dueWake'],
  args: ['name', 'seen', 'config', 'timing', 'restart', 'now'],
  decode(reply): SetScheduleReply {
    const [status, since] = asReply(reply);
    if (status === 'changed') return { status };
    return { status: status === 'set' ? 'set' : 'same', sinceMs: Number(since) };
  },
});
