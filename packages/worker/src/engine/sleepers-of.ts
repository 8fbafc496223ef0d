import type { Lane } from './lane.js';
import type { Sleeper } from './waker.js';

/** The lanes that sleep; `poll` is called for one of all queues when there is a new one. */
export const sleepersOf = (lanes: Iterable<Lane>, poll: (lane: Lane) => void): Sleeper[] =>
  [...lanes]
    .filter((lane) => lane.isAsleep)
    .map((lane) => ({
      queueNames: lane.queues.names,
      wildcard: lane.queues.wildcard,
      parked: lane.parked,
      wake: (queue) => (queue === undefined ? poll(lane) : lane.look(queue)),
    }));
