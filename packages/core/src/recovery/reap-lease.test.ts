import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import { Connection } from '../connection/connection.js';
import { claims, scriptBench, settlements } from '../scripts/script-bench.test-kit.js';
import { payloadListOf } from '../keys/keys.js';
import { runLongCycle } from '../scripts/long-cycle.js';
import { succeeded } from '../scripts/outcome.js';
import { reapLease, takeBack } from './reap-lease.js';

const bench = scriptBench();
const { keys } = bench;
const job = (number: number): string => `{"class":"add","queue":"q","args":[${number}.0,[]]}`;
const past = Date.now() - 60_000;
let connection: Connection;

beforeEach(async () => {
  connection = new Connection({ ...bench.server.connection, namespace: 'test' });
  await connection.connect();
});
afterEach(() => connection.end());

const waiting = (): Promise<string[]> => bench.server.redis.lrange(keys.queue('q'), 0, -1);

describe('an expired lease', () => {
  test('gives its jobs back to the front of their queue, in their old order, byte for byte', async () => {
    const ids = ['h:1+1:q', 'h:1+2:q', 'h:1+3:q'];
    await bench.register('L', ids, past);
    await bench.enqueue('q', job(1), job(2), job(3), job(4));
    await bench.cycle(
      'L',
      ids.map((workerId, index) => ({ workerId, number: index + 1 })),
    );
    expect(await reapLease(connection, 'L')).toEqual({ status: 'reaped', requeued: 3, failed: 0 });
    expect(await waiting()).toEqual([1, 2, 3, 4].map(job));
    const left = await bench.server.redis.keys('test:*');
    expect(left.filter((key) => key.includes('h:1'))).toEqual([]);
    expect(await bench.server.redis.exists(keys.leases, keys.lease('L'), keys.workers)).toBe(0);
  });

  test('is fenced: its process settles nothing afterwards', async () => {
    await bench.register('L', ['h:1:q'], past);
    await bench.enqueue('q', job(1));
    await bench.cycle('L', [{}]);
    await reapLease(connection, 'L');
    expect(await bench.cycle('L', [{ number: 2, outcome: succeeded() }])).toEqual({ status: 'lost' });
    expect(await waiting()).toEqual([job(1)]);
  });

  test('reaped twice at once gives each job back once', async () => {
    await bench.register('L', ['h:1:q'], past);
    await bench.enqueue('q', job(1));
    await bench.cycle('L', [{}]);
    await Promise.all([reapLease(connection, 'L'), reapLease(connection, 'L'), reapLease(connection, 'L')]);
    expect(await waiting()).toEqual([job(1)]);
  });

  test('a job whose processes keep dying comes to rest in failed, with its history', async () => {
    await bench.enqueue('q', job(1));
    for (let death = 0; death < 4; death += 1) {
      await bench.register(`L${death}`, ['h:1:q'], past);
      expect(claims(await bench.cycle(`L${death}`, [{ number: death + 1 }]))).toEqual([job(1)]);
      await reapLease(connection, `L${death}`);
    }
    expect(await waiting()).toEqual([]);
    const [failure = ''] = await bench.server.redis.lrange(keys.failed, 0, -1);
    expect(failure).toContain(job(1));
    expect(JSON.parse(failure)).toMatchObject({
      queue: 'q',
      error: expect.stringContaining('put back 3 times') as string,
    });
    expect(await bench.server.redis.exists(keys.recovered)).toBe(0);
  });

  test('a job that is done is forgotten: its next death counts from one', async () => {
    await bench.enqueue('q', job(1));
    await bench.register('L', ['h:1:q'], past);
    await bench.cycle('L', [{}]);
    await reapLease(connection, 'L');
    expect(await bench.server.redis.hvals(keys.recovered)).toEqual(['1']);
    await bench.register('M', ['h:2:q']);
    await bench.cycle('M', [{ workerId: 'h:2:q' }]);
    expect(
      settlements(await bench.cycle('M', [{ workerId: 'h:2:q', number: 2, outcome: succeeded() }])),
    ).toEqual(['settled']);
    expect(await bench.server.redis.exists(keys.recovered)).toBe(0);
  });
});

test('a lease that is alive is left alone', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', job(1));
  await bench.cycle('L', [{}]);
  expect(await reapLease(connection, 'L')).toEqual({ status: 'alive' });
  expect(await waiting()).toEqual([]);
});

test('after a standstill every lease gets more time before anybody is declared dead', async () => {
  await bench.register('L', ['h:1:q'], past);
  await bench.register('M', ['h:2:q']);
  expect(await reapLease(connection, 'L')).toEqual({ status: 'alive' });
});

test('two live processes with one worker id: the second is refused', async () => {
  expect(await bench.register('L', ['h:1:q'])).toEqual(['registered']);
  expect(await bench.register('M', ['h:1:q'])).toEqual(['taken']);
});

test('a record that a dead predecessor of any kind left is put back before its name is used again', async () => {
  const record = `{"worker":"h:1","payload":${job(1)},"run_at":"Sun","queue":"q"}`;
  await bench.server.redis.set(keys.record('h:1:q'), record);
  expect(await bench.register('L', ['h:1:q'])).toEqual(['occupied']);
  await takeBack(connection, 'h:1:q');
  expect(await waiting()).toEqual([job(1)]);
  expect(await bench.register('L', ['h:1:q'])).toEqual(['registered']);
});

describe('what was claimed ahead', () => {
  const claimAhead = (leaseId: string, slots: object[], first: number, wanted: number): Promise<unknown> =>
    bench.cycle(leaseId, slots, ['q'], { first, wanted, done: [] });

  test('goes back with the rest, in the order of all claims, and is claimed ahead no more', async () => {
    await bench.register('L', ['h:1:q', 'h:2:q'], past);
    await bench.enqueue('q', ...[1, 2, 3, 4, 5, 6].map(job));
    await claimAhead('L', [{ number: 1 }], 2, 2);
    await claimAhead('L', [{ workerId: 'h:2:q', number: 4 }], 5, 1);
    expect(await reapLease(connection, 'L')).toEqual({ status: 'reaped', requeued: 5, failed: 0 });
    expect(await waiting()).toEqual([1, 2, 3, 4, 5, 6].map(job));
    expect(await bench.server.redis.exists(keys.leaseAhead('L'), keys.lease('L'))).toBe(0);
    await bench.register('M', ['h:3:q']);
    expect(await claimAhead('M', [], 1, 6)).toMatchObject({ ahead: { fresh: [], isBarred: true } });
  });

  describe('with a payload in a list of its own', () => {
    const odd = Buffer.from([0xff, 0x22, 0x00]);
    const claimLong = (leaseId: string, first: number, wanted: number): Promise<unknown> =>
      runLongCycle(bench.server.redis, keys, {
        leaseId,
        runAt: 'now',
        queues: [{ name: 'q', owed: false }],
        slots: [],
        ahead: { first, wanted, done: [] },
      });
    const leftOf = (leaseId: string): Promise<string[]> => bench.server.redis.keys(`${keys.lease(leaseId)}*`);

    test('goes back in the order of all claims, byte for byte, is counted, and leaves no list', async () => {
      await bench.register('L', ['h:1:q'], past);
      await bench.enqueue('q', job(1), job(2), job(3), job(4));
      await bench.server.redis.rpush(keys.queue('q'), odd);
      await claimLong('L', 1, 2);
      await claimAhead('L', [{ number: 3 }], 4, 1);
      await claimLong('L', 5, 1);
      expect(await reapLease(connection, 'L')).toEqual({ status: 'reaped', requeued: 5, failed: 0 });
      expect(await bench.server.redis.lrangeBuffer(keys.queue('q'), 0, -1)).toEqual([
        ...[1, 2, 3, 4].map((number) => Buffer.from(job(number))),
        odd,
      ]);
      expect(await leftOf('L')).toEqual([]);
      expect(await bench.server.redis.hvals(keys.recovered)).toEqual(['1', '1', '1', '1', '1']);
    });

    test('comes to rest in failed when its processes keep dying', async () => {
      await bench.enqueue('q', job(1));
      for (let death = 0; death < 4; death += 1) {
        await bench.server.redis.persist(keys.recovered);
        await bench.server.redis.renamenx(keys.recovered, 'aside').catch(() => undefined);
        await bench.register(`L${death}`, ['h:1:q'], past);
        await claimLong(`L${death}`, 1, 1);
        await bench.server.redis.renamenx('aside', keys.recovered).catch(() => undefined);
        await reapLease(connection, `L${death}`);
      }
      expect(await waiting()).toEqual([]);
      expect((await bench.server.redis.lrange(keys.failed, 0, -1))[0]).toContain(job(1));
      expect(await bench.server.redis.keys('test:lease:*')).toEqual([]);
    });

    test('one whose list is gone holds up nobody', async () => {
      await bench.register('L', ['h:1:q'], past);
      await bench.enqueue('q', job(1), job(2));
      await claimLong('L', 1, 2);
      await bench.server.redis.del(payloadListOf(keys.leaseAhead('L'), 1));
      expect(await reapLease(connection, 'L')).toEqual({ status: 'reaped', requeued: 1, failed: 0 });
      expect([await waiting(), await leftOf('L')]).toEqual([[job(2)], []]);
    });

    test('what is settled between reading and reaping is not given back', async () => {
      await bench.register('L', ['h:1:q'], past);
      await bench.enqueue('q', job(1), job(2));
      await claimLong('L', 1, 2);
      const { client } = connection;
      const read = client.lindex.bind(client);
      let reads = 0;
      client.lindex = async (key: string, index: number) => {
        reads += 1;
        const ahead = { first: 3, wanted: 0, done: [{ countedAs: 'h:1', claims: [1] }] };
        if (reads === 1)
          await runLongCycle(bench.server.redis, keys, {
            leaseId: 'L',
            runAt: '',
            queues: [],
            slots: [],
            ahead,
          });
        return read(key, index);
      };
      expect(await reapLease(connection, 'L')).toMatchObject({ requeued: 1 });
      expect([await waiting(), await leftOf('L')]).toEqual([[job(2)], []]);
    });
  });

  test('a lease that claims or settles between reading and reaping is read again', async () => {
    await bench.register('L', ['h:1:q'], past);
    await bench.enqueue('q', job(1), 'no JSON');
    await claimAhead('L', [], 1, 2);
    const { client } = connection;
    const read = client.hgetallBuffer.bind(client);
    let reads = 0;
    client.hgetallBuffer = async (key: string) => {
      const found = await read(key);
      reads += 1;
      if (reads === 1)
        await bench.cycle('L', [], ['q'], { first: 3, wanted: 0, done: [{ countedAs: 'h:1', claims: [1] }] });
      return found;
    };
    expect(await reapLease(connection, 'L')).toMatchObject({ requeued: 1 });
    expect([reads, await waiting()]).toEqual([2, ['no JSON']]);
  });
});
