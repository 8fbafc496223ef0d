import { asReply, defineScript } from './define-script.js';
import source from './register.lua';

/** `taken`: another process holds this worker id. `occupied`: a record that nobody holds is in the way; take it back (`reap`) and register again. */
export type Registration = 'registered' | 'taken' | 'occupied';
export type RegisterReply = { status: 'registered'; workers: Registration[] };

/** Takes the lease and registers workers under it. Rest keys: record and started of each worker; rest args: the worker ids. */
export const register = defineScript({
  name: 'register',
  source,
  keys: ['leases', 'lease', 'looked', 'workers'],
  args: ['id', 'leaseMs', 'terms', 'startedText', 'leasePrefix', 'now'],
  decode(reply): RegisterReply {
    const [, ...workers] = asReply(reply);
    return { status: 'registered', workers: workers.map(asRegistration) };
  },
});

const asRegistration = (word: unknown): Registration =>
  word === 'taken' || word === 'occupied' ? word : 'registered';
