import { defineScript } from './define-script.js';
import { decodeEnqueue } from './enqueue.js';
import source from './enqueue-one.lua';

/** `enqueue` for one payload and a producer that was answered before, but for its call numbers that {@link isRegular}. */
export const enqueueOne = defineScript({
  name: 'enqueueOne',
  source,
  keys: ['queues', 'list', 'wake', 'producer'],
  args: ['call', 'payload'],
  decode: decodeEnqueue,
});

/** Each so many calls of a producer, `enqueue` lists the queue anew and prolongs the ring of calls. */
const regularly = 64;

export const isRegular = (call: number): boolean => call % regularly === 0;
