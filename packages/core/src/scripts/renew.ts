import { decodeOrder, type LeaseOrder } from '../recovery/lease-order.js';
import { asReply, defineScript } from './define-script.js';
import source from './renew.lua';

export type RenewReply =
  | {
      status: 'renewed';
      nowMs: number;
      expired: string | null;
      nextExpiryInMs: number | null;
      queueCount: number;
      /** What an operator wants of this process (`steer`). */
      order: LeaseOrder;
    }
  | { status: 'lost' };

/**
 * Renews a lease for `leaseMs` and tells of one expired lease of somebody else, how many queues there are, and what an operator
 * wants of this process. An empty `id` only looks (a scheduler holds no lease).
 * `now`: ms, or `""` for the server's clock.
 */
export const renew = defineScript({
  name: 'renew',
  source,
  keys: ['leases', 'lease', 'looked', 'queues'],
  args: ['id', 'leaseMs', 'now'],
  decode(reply): RenewReply {
    const [status, nowMs, expired, untilNext, queueCount, order] = asReply(reply);
    if (status === 'lost') return { status };
    return {
      status: 'renewed',
      nowMs: Number(nowMs),
      expired: expired === '' ? null : String(expired),
      nextExpiryInMs: Number(untilNext) < 0 ? null : Number(untilNext),
      queueCount: Number(queueCount),
      order: decodeOrder(order),
    };
  },
});
