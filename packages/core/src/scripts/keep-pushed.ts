import { defineScript } from './define-script.js';
import { decodeEnqueue } from './enqueue.js';
import source from './keep-pushed.lua';

/**
 * The second half of an enqueue whose payloads no script may touch, for Lua hashes each text whole: behind an RPUSH, in the
 * same MULTI. It is given as EVAL, never as EVALSHA: a script that Redis has forgotten would leave the RPUSH unguarded.
 */
export const keepPushed = defineScript({
  name: 'keepPushed',
  source,
  keys: ['queues', 'list', 'wake', 'newQueue', 'producer'],
  args: ['queue', 'call', 'fresh', 'keepMs', 'count'],
  decode: decodeEnqueue,
});
