import { describe, expect, test } from 'vitest';
import { dropIn } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;

  describe('enqueueing', () => {
    test('encodes a job in the order class, queue, args', () => {
      const queue = new library.Queue({ connection: app.details() });
      expect(queue.encode('math', 'add', [1, { b: 2, a: 1 }])).toBe(
        '{"class":"add","queue":"math","args":[1,{"b":2,"a":1}]}',
      );
      expect(queue.encode('math', 'add')).toBe('{"class":"add","queue":"math","args":[]}');
    });

    test('appends the job, lists the queue, and gives true', async () => {
      const queue = await app.queue();
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
      expect(await queue.enqueue('math', 'add', [3, 4])).toBe(true);
      expect(await app.redis.lrange('resque:queue:math', 0, -1)).toEqual([
        '{"class":"add","queue":"math","args":[1,2]}',
        '{"class":"add","queue":"math","args":[3,4]}',
      ]);
      expect(await app.redis.smembers('resque:queues')).toEqual(['math']);
      expect(await queue.queues()).toEqual(['math']);
      expect(await queue.length('math')).toBe(2);
      expect(await queue.length('other')).toBe(0);
    });

    test('a single value is the only argument, and no args are none', async () => {
      const queue = await app.queue();
      await queue.enqueue('math', 'one', 1);
      await queue.enqueue('math', 'text', 'word');
      await queue.enqueue('math', 'none');
      expect((await app.pop('math'))?.args).toEqual([1]);
      expect((await app.pop('math'))?.args).toEqual(['word']);
      expect((await app.pop('math'))?.args).toEqual([]);
      expect(await app.pop('math')).toBeNull();
    });

    test('a job that the jobs do not know is enqueued like any other', async () => {
      const queue = await app.queue({ add: { perform: () => Promise.resolve(0) } });
      expect(await queue.enqueue('math', 'unknown', [1])).toBe(true);
      expect(await queue.length('math')).toBe(1);
    });

    test('the options an application hands in may be shared by several queues', async () => {
      const connection = app.details();
      const [one, two] = [1, 2].map(() => app.keep(new library.Queue({ connection })));
      await one?.connect();
      await two?.connect();
      await one?.enqueue('math', 'add');
      expect(await two?.length('math')).toBe(1);
    });
  });

  describe('looking and deleting', () => {
    test('queued() gives the jobs from start to stop, both included', async () => {
      const queue = await app.queue();
      for (const number of [0, 1, 2, 3]) await queue.enqueue('math', 'add', [number]);
      expect(await queue.queued('math', 1, 2)).toEqual([
        { class: 'add', queue: 'math', args: [1] },
        { class: 'add', queue: 'math', args: [2] },
      ]);
      expect(await queue.queued('math', 0, -1)).toHaveLength(4);
      expect(await queue.queued('none', 0, -1)).toEqual([]);
    });

    test('del() removes equal jobs, all or as many as are asked for, and counts them', async () => {
      const queue = await app.queue();
      for (const number of [1, 2, 1, 1, 1]) await queue.enqueue('math', 'add', [number]);
      expect(await queue.del('math', 'add', [1], 1)).toBe(1);
      expect(await queue.del('math', 'add', [1], -1)).toBe(1);
      expect((await queue.queued('math', 0, -1)).map(({ args }) => args as unknown)).toEqual([[2], [1], [1]]);
      expect(await queue.del('math', 'add', [1])).toBe(2);
      expect(await queue.del('math', 'add', [9])).toBe(0);
      expect(await queue.length('math')).toBe(1);
    });

    test('del() without args removes jobs without args', async () => {
      const queue = await app.queue();
      await queue.enqueue('math', 'plain');
      await queue.enqueue('math', 'plain', []);
      await queue.enqueue('math', 'plain', [1]);
      expect(await queue.del('math', 'plain')).toBe(2);
      expect(await queue.length('math')).toBe(1);
    });

    test('delByFunction() removes every job of a class', async () => {
      const queue = await app.queue();
      await queue.enqueue('math', 'add', [1]);
      await queue.enqueue('math', 'add', [2]);
      await queue.enqueue('math', 'subtract', [2]);
      expect(await queue.delByFunction('math', 'add')).toBe(2);
      expect(await queue.delByFunction('math', 'add')).toBe(0);
      expect(await queue.queued('math', 0, -1)).toEqual([{ class: 'subtract', queue: 'math', args: [2] }]);
    });

    test('delByFunction() looks between start and stop', async () => {
      const queue = await app.queue();
      for (const number of [1, 2, 3]) await queue.enqueue('math', 'add', [number]);
      expect(await queue.delByFunction('math', 'add', 0, 0)).toBe(1);
      expect(await queue.length('math')).toBe(2);
    });

    test('delQueue() removes the queue with its jobs', async () => {
      const queue = await app.queue();
      await queue.enqueue('math', 'add', [1]);
      expect(await queue.delQueue('math')).toBeUndefined();
      expect(await queue.queues()).toEqual([]);
      expect(await app.redis.exists('resque:queue:math')).toBe(0);
    });
  });

  describe('locks, stats, leader', () => {
    test('locks() gives the locks of both kinds by their keys without the namespace; delLock() removes one', async () => {
      const queue = await app.queue();
      expect(await queue.locks()).toEqual({});
      await app.redis.set('resque:lock:job:math:[{"id":1}]', 123);
      await app.redis.set('resque:workerslock:job:math:[{"id":2}]', 456);
      expect(await queue.locks()).toEqual({
        'lock:job:math:[{"id":1}]': '123',
        'workerslock:job:math:[{"id":2}]': '456',
      });
      expect(await queue.delLock('lock:job:math:[{"id":1}]')).toBe(1);
      expect(await queue.delLock('lock:job:math:[{"id":1}]')).toBe(0);
      expect(Object.keys(await queue.locks())).toEqual(['workerslock:job:math:[{"id":2}]']);
    });

    test('stats() gives the counters as texts', async () => {
      const queue = await app.queue();
      expect(await queue.stats()).toEqual({});
      await app.redis.set('resque:stat:processed', 2);
      await app.redis.set('resque:stat:failed', 1);
      await app.redis.set('resque:stat:processed:host:1', 2);
      expect(await queue.stats()).toEqual({ processed: '2', failed: '1', 'processed:host:1': '2' });
    });

    test('leader() gives the name of the scheduler that leads, read from leaderKey()', async () => {
      const queue = await app.queue();
      expect(queue.leaderKey()).toBe('resque:resque_scheduler_leader_lock');
      expect(await queue.leader()).toBeNull();
      await app.redis.set(queue.leaderKey(), 'the one');
      expect(await queue.leader()).toBe('the one');
    });
  });
});
