import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { dropIn, withoutReadyClient } from './library.test-kit.js';

dropIn(
  (app) => {
    const connection = (more = {}) => app.keep(new app.library.Connection(app.details(more)));

    test('an own client carries one listener each for error and end, and none right after end()', async () => {
      const own = connection();
      await own.connect();
      expect(own.connected).toBe(true);
      expect([own.redis.listenerCount('error'), own.redis.listenerCount('end')]).toEqual([1, 1]);
      own.end();
      expect([own.redis.listenerCount('error'), own.redis.listenerCount('end')]).toEqual([0, 0]);
      expect(own.connected).toBe(false);
    });

    test('the client knows the command that pops a job and stores it with its worker', async () => {
      const own = connection();
      await own.connect();
      const { popAndStoreJob } = own.redis as unknown as Record<
        'popAndStoreJob',
        (...given: string[]) => Promise<string | null>
      >;
      expect(popAndStoreJob).toBeTypeOf('function');
      const payload = '{"class":"add","queue":"math","args":[1,2]}';
      await app.redis.rpush('resque:queue:math', payload);
      const pop = popAndStoreJob.bind(own.redis);
      const given = ['resque:queue:math', 'resque:worker:host:1:math', 'now', 'math', 'host:1'] as const;
      expect(await pop(...given)).toBe(payload);
      const stored: unknown = JSON.parse((await app.redis.get('resque:worker:host:1:math')) ?? '');
      expect(stored).toEqual({
        run_at: 'now',
        queue: 'math',
        worker: 'host:1',
        payload: JSON.parse(payload),
      });
      expect(await pop(...given)).toBeNull();
    });

    test('keys are built from the namespace of the moment, a text or parts, and from the parts that are not blank', async () => {
      const own = connection({ namespace: 'jobs' });
      expect(own.key('thing')).toBe('jobs:thing');
      await own.connect();
      own.options.namespace = 'other';
      expect(own.key('thing', '', ' ', 'more')).toBe('other:thing:more');
      own.options.namespace = ['one', 'two'];
      expect(own.key('thing')).toBe('one:two:thing');
      own.options.namespace = '';
      expect(own.key('thing')).toBe('thing');
      expect(own.key('worker', 'x', undefined as unknown as string, 'started')).toBe('worker:x::started');
    });

    test('a queue follows the namespace that is assigned after connect()', async () => {
      const queue = await app.queue();
      queue.connection.options.namespace = ['app', 'jobs'];
      await queue.enqueue('math', 'add', [1]);
      expect(await app.redis.llen('app:jobs:queue:math')).toBe(1);
      expect(await queue.length('math')).toBe(1);
    });

    test('the database is selected', async () => {
      const queue = app.keep(new app.library.Queue({ connection: app.details({ database: 3 }) }));
      await queue.connect();
      await queue.enqueue('math', 'add');
      expect(await app.redis.exists('resque:queue:math')).toBe(0);
      await app.redis.select(3);
      expect(await app.redis.llen('resque:queue:math')).toBe(1);
    });

    test('getKeys() finds every key that matches, in the whole database', async () => {
      const own = connection();
      await own.connect();
      for (let number = 1; number <= 40; number += 1) await app.redis.set(`seed-${number}`, number);
      for (let number = 1; number <= 5; number += 1) await app.redis.set(`other-${number}`, number);
      expect(new Set(await own.getKeys('seed-*')).size).toBe(40);
      expect(new Set(await own.getKeys('other-*')).size).toBe(5);
      expect(new Set(await own.getKeys('*')).size).toBeGreaterThanOrEqual(45);
      expect(await own.getKeys('nothing-*')).toEqual([]);
    });

    test('getKeys() before connect() is an error event and gives nothing', async () => {
      const own = connection();
      const errors: unknown[] = [];
      own.on('error', (error) => errors.push(error));
      expect(await own.getKeys('*')).toEqual([]);
      expect(errors).toHaveLength(1);
    });

    test('a host that is unknown makes connect() reject, after error events with the reason of the network', async () => {
      const options = { maxRetriesPerRequest: 1, retryStrategy: () => 10 };
      const own = connection({ host: 'no-such-host.invalid', options, commandTimeout: 3_000 });
      const messages: string[] = [];
      own.on('error', (error: Error) => messages.push(error.message));
      await expect(own.connect()).rejects.toThrow();
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) {
        expect(message).toMatch(/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN/);
      }
      // node-resque leaves such a client at it for ever.
      if (app.isNodeResque) own.redis.disconnect();
    });

    test('a ready client beats host and port, and end() leaves it open', async () => {
      const ready = new Redis({ host: '127.0.0.1', port: app.server.server.port ?? 0 });
      try {
        const own = connection({ redis: ready, host: 'no-such-host.invalid', port: 1 });
        await own.connect();
        expect(own.redis).toBe(ready);
        own.end();
        expect(await ready.ping()).toBe('PONG');
      } finally {
        ready.disconnect();
      }
    });

    test('a client with a keyPrefix works; key() knows nothing of it', async () => {
      const ready = new Redis({ host: '127.0.0.1', port: app.server.server.port ?? 0, keyPrefix: 'mine:' });
      try {
        const queue = app.keep(new app.library.Queue({ connection: app.details({ redis: ready }) }));
        await queue.connect();
        expect(queue.connection.key('queues')).toBe('resque:queues');
        await queue.enqueue('math', 'add', [1]);
        expect(await app.redis.llen('mine:resque:queue:math')).toBe(1);
        expect(await queue.length('math')).toBe(1);
        const worker = await app.worker(
          { add: { perform: (a: number) => Promise.resolve(a) } },
          { connection: app.details({ redis: ready }) },
        );
        const result = new Promise((resolve) => worker.on('success', (_q, _j, value) => resolve(value)));
        await worker.start();
        expect(await result).toBe(1);
        await worker.end();
        await queue.end();
      } finally {
        ready.disconnect();
      }
    });
  },
  { only: withoutReadyClient },
);
