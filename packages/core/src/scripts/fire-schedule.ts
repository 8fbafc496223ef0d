import { asReply, defineScript } from './define-script.js';
import source from './fire-schedule.lua';

export type FireScheduleReply =
  | { status: 'fired' | 'consumed' | 'skipped' | 'changed' }
  /** Up to which tick, ms, everything is decided; undefined when nothing is. */
  | { status: 'decided'; upToMs: number | undefined }
  | { status: 'early'; inMs: number }
  | { status: 'broken'; reason: string };

/**
 * Decides one tick of a schedule and stores its job, in one step. `after`: up to which tick all was decided when the caller
 * looked, empty for none; two callers that looked at the same time can not both go through. Rest keys and args, where
 * `overlap` is `skip` and `seen`, the job of an earlier tick, is not empty: as the script says.
 */
export const fireSchedule = defineScript({
  name: 'fireSchedule',
  source,
  keys: [
    'persistent',
    'fired',
    'last',
    'lastEnqueued',
    'queues',
    'list',
    'wake',
    'newQueue',
    'bucket',
    'timestamps',
    'schedule',
    'due',
    'dueWake',
    'workers',
    'leases',
  ],
  args: [
    'name',
    'config',
    'after',
    'tick',
    'action',
    'queue',
    'payload',
    'second',
    'dueMs',
    'ranAt',
    'overlap',
    'seen',
    'mark',
    'workerCount',
    'now',
  ],
  decode(reply): FireScheduleReply {
    const [status, detail] = asReply(reply);
    switch (status) {
      case 'fired':
      case 'consumed':
      case 'skipped':
        return { status };
      case 'decided':
        return { status, upToMs: detail === '' ? undefined : Number(detail) };
      case 'early':
        return { status, inMs: Number(detail) };
      case 'broken':
        return { status, reason: String(detail) };
      default:
        return { status: 'changed' };
    }
  },
});
