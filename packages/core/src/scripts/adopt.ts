import { asReply, defineScript } from './define-script.js';
import source from './adopt.lua';

export type AdoptReply = { status: 'adopted' | 'gone' | 'lost' };

/** Moves a claim that was made ahead into the record of the worker that performs it. `name`: the worker's name as JSON. */
export const adopt = defineScript({
  name: 'adopt',
  source,
  keys: ['leases', 'lease', 'workers', 'ahead', 'record'],
  args: ['id', 'worker', 'name', 'claim'],
  decode(reply): AdoptReply {
    const [status] = asReply(reply);
    return { status: status === 'adopted' || status === 'gone' ? status : 'lost' };
  },
});
