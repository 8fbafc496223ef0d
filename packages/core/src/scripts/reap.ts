import { asReply, defineScript } from './define-script.js';
import source from './reap.lua';

export type ReapReply =
  { status: 'reaped'; requeued: number; failed: number } | { status: 'alive' | 'changed' };

/** Takes back what an expired lease held; `reapLease` reads what it needs and calls it. */
export const reap = defineScript({
  name: 'reap',
  source,
  keys: [
    'leases',
    'lease',
    'workers',
    'failed',
    'failures',
    'queues',
    'heartbeat',
    'recovered',
    'leaseLocks',
    'ahead',
    'brought',
  ],
  args: [
    'id',
    'mark',
    'workerCount',
    'aheadCount',
    'holderCount',
    'broughtCount',
    'lockCount',
    'keepSeconds',
    'now',
  ],
  decode(reply): ReapReply {
    const [status, requeued, failed] = asReply(reply);
    if (status === 'alive' || status === 'changed') return { status };
    return { status: 'reaped', requeued: Number(requeued), failed: Number(failed) };
  },
});
