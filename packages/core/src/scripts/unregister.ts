import { asReply, defineScript } from './define-script.js';
import source from './unregister.lua';

/** `busy`: the worker still holds a job and stays. `gone`: it was not registered under this lease (any more). */
export type Unregistration = 'unregistered' | 'busy' | 'gone';
export type UnregisterReply = { status: 'unregistered'; workers: Unregistration[] };

/** Removes workers. Rest keys: record, started, ping, processedBy, failuresBy of each worker; rest args: the worker ids. */
export const unregister = defineScript({
  name: 'unregister',
  source,
  keys: ['leases', 'lease', 'workers', 'heartbeat', 'ahead'],
  args: ['id'],
  decode(reply): UnregisterReply {
    const [, ...workers] = asReply(reply);
    return { status: 'unregistered', workers: workers.map(asUnregistration) };
  },
});

const asUnregistration = (word: unknown): Unregistration =>
  word === 'busy' || word === 'gone' ? word : 'unregistered';
