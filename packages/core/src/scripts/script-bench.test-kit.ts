import { redisServer, type TestServer } from '@reskue/testkit';
import { createKeys, type Keys } from '../keys/keys.js';
import { cycle, runCycle, type CycleAhead, type CycleReply, type CycleSlot } from './cycle.js';
import { enqueue } from './enqueue.js';
import { register, type Registration } from './register.js';
import { runScript } from './run-script.js';

/** What script tests share: a server, its keys, and calls with everything filled in that a test does not care about. */
export interface ScriptBench {
  server: TestServer;
  keys: Keys;
  /** Registers workers under a lease at a time given in ms. */
  register(leaseId: string, workerIds: string[], now?: number | ''): Promise<Registration[]>;
  enqueue(queue: string, ...payloads: string[]): Promise<number>;
  cycle(
    leaseId: string,
    slots: Partial<CycleSlot>[],
    queues?: (string | { name: string; owed: boolean })[],
    ahead?: CycleAhead,
  ): Promise<CycleReply>;
}

/** Call it once at the top of a test file. */
export function scriptBench(): ScriptBench {
  const server = redisServer();
  const keys = createKeys('test');
  let call = 0;
  return {
    server,
    keys,
    async register(leaseId, workerIds, now = '') {
      const reply = await runScript(
        server.redis,
        register,
        { ...keys, lease: keys.lease(leaseId), looked: keys.leasesLooked },
        {
          id: leaseId,
          leaseMs: 10_000,
          terms: '{"recovery":"requeue","maxRecoveries":3}',
          startedText: '1',
          leasePrefix: keys.lease(''),
          now,
        },
        { keys: workerIds.flatMap((id) => [keys.record(id), keys.started(id)]), args: workerIds },
      );
      return reply.workers;
    },
    async enqueue(queue, ...payloads) {
      const wake = {
        list: keys.queue(queue),
        wake: keys.wakeQueue(queue),
        newQueue: keys.wake,
        producer: keys.producer('p'),
      };
      const reply = await runScript(
        server.redis,
        enqueue,
        { ...wake, queues: keys.queues },
        { queue, call: call++, fresh: 1, keepMs: 60_000 },
        { args: payloads },
      );
      return reply.length;
    },
    cycle: (leaseId, slots, queues = ['q'], ahead = { first: 0, wanted: 0, done: [] }) =>
      runCycle(server.redis, keys, {
        leaseId,
        runAt: 'now',
        queues: queues.map((queue) => (typeof queue === 'string' ? { name: queue, owed: false } : queue)),
        slots: slots.map((slot) => ({
          workerId: 'h:1:q',
          name: 'h:1',
          countedAs: 'h:1',
          number: 1,
          wants: true,
          outcome: null,
          ...slot,
        })),
        ahead,
      }),
  };
}

/** What a cycle brought to each slot, for tests that expect it to go through. */
export function claims(reply: CycleReply): (string | null)[] {
  if (reply.status === 'lost') throw new Error(`${cycle.name}: the lease was lost`);
  return reply.slots.map(({ claim }) => claim?.payload ?? null);
}

export function settlements(reply: CycleReply): string[] {
  if (reply.status === 'lost') throw new Error(`${cycle.name}: the lease was lost`);
  return reply.slots.map(({ settlement }) => settlement);
}
