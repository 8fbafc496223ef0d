import { asReply, defineScript } from './define-script.js';
import source from './remove-schedule.lua';

export type RemoveScheduleReply = { status: 'removed'; count: number } | { status: 'changed' };

/** Removes a schedule, for every scheduler of both kinds. `seen`: the text that the caller read, or empty for whatever it is. */
export const removeSchedule = defineScript({
  name: 'removeSchedule',
  source,
  keys: ['persistent', 'changed', 'fired', 'since', 'last', 'dueWake'],
  args: ['name', 'seen'],
  decode(reply): RemoveScheduleReply {
    const [status, count] = asReply(reply);
    return status === 'changed' ? { status } : { status: 'removed', count: Number(count) };
  },
});
