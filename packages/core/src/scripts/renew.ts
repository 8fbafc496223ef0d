import { asReply, defineScript } from './define-script.js';
import source from './renew.lua';

export type RenewReply =
  | {
      status: 'renewed';
      nowMs: number;
      expired: string | null;
      nextExpiryInMs: number | null;
      queueCount: number;
    }
  | { status: 'lost' };

/**
 * Renews a lease for `leaseMs` and tells of one expired lease of somebody else, and how many queues there are. An empty `id`
 * only looks (a scheduler holds no lease).
 * `now`: ms, or `""` for the server's clock.
 */
export const renew = defineScript({
  name: 'renew',
  source,
  keys: ['leases', 'lease', 'looked', 'queues'],
  args: ['id', 'leaseMs', 'now'],
  decode(reply): RenewReply {
    const [status, nowMs, expired, untilNext, queueCount] = asReply(reply);
    if (status === 'lost') return { status };
    return {
      status: 'renewed',
      nowMs: Number(nowMs),
      expired: expired === '' ? null : String(expired),
      nextExpiryInMs: Number(untilNext) < 0 ? null : Number(untilNext),
      queueCount: Number(queueCount),
    };
  },
});
