import { decodeOrder, type LeaseOrder } from '../recovery/lease-order.js';
import { asReply, defineScript } from './define-script.js';
import source from './steer.lua';

export type SteerReply = { status: 'told'; before: LeaseOrder } | { status: 'stopping' | 'gone' };

/**
 * Tells a living process what an operator wants of it (`order`: `quiet`, `stop`, or `""` to work); it hears that with its
 * next renewal. `stopping`: it was told to stop before, which is not taken back. `now`: ms, or `""` for the server's clock.
 */
export const steer = defineScript({
  name: 'steer',
  source,
  keys: ['leases', 'lease'],
  args: ['id', 'order', 'now'],
  decode(reply): SteerReply {
    const [status, before] = asReply(reply);
    if (status === 'stopping' || status === 'gone') return { status };
    return { status: 'told', before: decodeOrder(before) };
  },
});
