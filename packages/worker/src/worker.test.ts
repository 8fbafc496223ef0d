import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { Worker } from './worker.js';
import { next, record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();
const add = { perform: (a: number, b: number) => Promise.resolve(a + b) };

describe('options', () => {
  test('have the defaults of node-resque and are never mutated', () => {
    const given = {};
    const worker = new Worker(given);
    expect(given).toEqual({});
    expect(worker).toMatchObject({
      name: `${hostname()}:${process.pid}`,
      originalQueue: '*',
      queues: [],
      id: 1,
    });
    expect(worker.options).toMatchObject({ timeout: 5_000, looping: true });
  });

  test.each([
    [{ timeout: 0 }, 'timeout'],
    [{ timeout: 'soon' }, 'timeout'],
    [{ queues: 7 }, 'queues'],
    [{ queues: ['a', ''] }, 'queues'],
    [{ name: ' ' }, 'name'],
    [{ looping: 'yes' }, 'looping'],
    [{ lease: 10 }, 'lease'],
    [{ lease: 3_600_000 }, 'lease'],
    [{ recovery: 'pray' }, 'recovery'],
  ])('%j is refused by name', (options, name) => {
    expect(() => new Worker(options as never)).toThrow(
      expect.objectContaining({
        code: 'RESKUE_OPTION_INVALID',
        message: expect.stringContaining(name) as string,
      }) as Error,
    );
  });
});

describe('a job', () => {
  test('is performed, counted and announced', async () => {
    const worker = await bench.worker({ add });
    const told = record(worker, 'start', 'poll', 'job', 'success');
    await bench.queue.enqueue('math', 'add', [1, 2]);
    await worker.start();
    await next(worker, 'success');
    const job = { class: 'add', queue: 'math', args: [1, 2] };
    expect(told.slice(0, 4)).toEqual([
      ['start', expect.any(Date)],
      ['poll', 'math'],
      ['job', 'math', job],
      ['success', 'math', job, 3, expect.any(Number)],
    ]);
    expect(worker.result).toBe(3);
    expect(await bench.queue.stats()).toMatchObject({ processed: '1', 'processed:host:1': '1' });
    expect(await bench.queue.length('math')).toBe(0);
  });

  test('stands in its worker record before the job event, with a time that parses to now', async () => {
    let letGo: (value: unknown) => void = () => undefined;
    const held = { perform: () => new Promise((resolve) => (letGo = resolve)) };
    const worker = await bench.worker({ add: held });
    const reading = new Promise<string | null>((resolve) =>
      worker.on('job', () => resolve(bench.queue.workingOn('host:1', 'math'))),
    );
    await bench.queue.enqueue('math', 'add', [1, 2]);
    await worker.start();
    const text = await reading;
    letGo('done');
    await next(worker, 'success');
    const found = JSON.parse(text ?? 'null') as { run_at: string; payload: unknown };
    expect(found).toMatchObject({
      queue: 'math',
      worker: 'host:1',
      payload: { class: 'add', queue: 'math', args: [1, 2] },
    });
    expect(Math.abs(Date.now() - Date.parse(found.run_at))).toBeLessThan(2_000);
  });

  test('that fails goes to failed, with its payload byte for byte', async () => {
    const payload = '{"class":"odd","args":[1.0,12345678901234567890,[],"\\u003c/"]}';
    await bench.push('math', payload);
    const worker = await bench.worker({ odd: { perform: () => Promise.reject(new TypeError('odd')) } });
    await worker.start();
    const [queue, job, error] = await next(worker, 'failure');
    expect([queue, job.class, error.message]).toEqual(['math', 'odd', 'odd']);
    const [entry = ''] = await bench.server.redis.lrange('resque:failed', 0, -1);
    expect(entry).toContain(payload);
    expect(JSON.parse(entry)).toMatchObject({
      worker: 'host:1',
      queue: 'math',
      exception: 'TypeError',
      error: 'odd',
    });
    expect(await bench.queue.stats()).toMatchObject({ failed: '1', 'failed:host:1': '1' });
  });

  test('may be synchronous, a bare function, and sees its worker as this', async () => {
    let seen: unknown;
    const jobs = {
      bare: function (this: unknown) {
        // eslint-disable-next-line @typescript-eslint/no-this-alias -- what `this` is, is the question
        seen = this;
        return 'done';
      },
    };
    const worker = await bench.worker(jobs as never);
    await bench.queue.enqueue('math', 'bare');
    await worker.start();
    const [, , result] = await next(worker, 'success');
    expect([result, seen]).toEqual(['done', worker]);
  });

  test('gets objects that are frozen', async () => {
    const worker = await bench.worker({ freeze: { perform: (options: object) => Object.isFrozen(options) } });
    await bench.queue.enqueue('math', 'freeze', [{ a: 1 }]);
    await worker.start();
    expect((await next(worker, 'success'))[2]).toBe(true);
  });

  test('of an unknown class fails without a job event, and the worker goes on', async () => {
    const worker = await bench.worker({ add, half: {} as never });
    const told = record(worker, 'job');
    await bench.queue.enqueue('math', 'nope');
    await bench.queue.enqueue('math', 'half');
    await bench.queue.enqueue('math', 'constructor');
    await bench.queue.enqueue('math', 'add', [1, 1]);
    const failures = record(worker, 'failure');
    await worker.start();
    await next(worker, 'success');
    expect(failures.map(([, , , error]) => (error as Error).message)).toEqual([
      'No job defined for class "nope"',
      'Missing Job: "half"',
      'No job defined for class "constructor"',
    ]);
    expect(told).toHaveLength(1);
  });
});

describe('queues', () => {
  test('a text means the queue of that name, not its letters', async () => {
    await bench.queue.enqueue('math', 'add', [1, 2]);
    const worker = await bench.started({ add }, { queues: 'math' });
    await next(worker, 'success');
  });

  test('are asked in their order', async () => {
    const jobs = { note: { perform: (name: string) => name } };
    await bench.queue.enqueue('low', 'note', ['low']);
    await bench.queue.enqueue('high', 'note', ['high']);
    const worker = await bench.worker(jobs, { queues: ['high', 'low'] });
    const told = record(worker, 'success');
    await worker.start();
    await until(() => told.length === 2);
    expect(told.map(([, queue]) => queue)).toEqual(['high', 'low']);
  });

  test('all of them: one worker id for life, the alphabet as order, and a new queue within a second', async () => {
    const worker = await bench.worker({ add }, { queues: '*', timeout: 60_000 });
    expect(worker.queues).toEqual([]);
    await worker.start();
    await next(worker, 'pause');
    const startedAt = Date.now();
    await bench.queue.enqueue('brand-new', 'add', [1, 2]);
    const [queue] = await next(worker, 'success');
    expect(queue).toBe('brand-new');
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(worker.queues).toEqual(['brand-new']);
    expect(await bench.queue.workers()).toEqual({ 'host:1': '*' });
    expect(
      await bench.server.redis.exists('resque:worker:host:1:*:started', 'resque:worker:ping:host:1'),
    ).toBe(2);
  });

  test('an idle worker is woken at once, whatever its timeout', async () => {
    const worker = await bench.started({ add }, { timeout: 60_000 });
    await next(worker, 'pause');
    const startedAt = Date.now();
    await bench.queue.enqueue('math', 'add', [1, 2]);
    await next(worker, 'success');
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  test('paused ones rest until they are resumed', async () => {
    const worker = await bench.started({ add });
    await next(worker, 'pause');
    worker.pause();
    await bench.queue.enqueue('math', 'add', [1, 2]);
    const told = record(worker, 'job');
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([]);
    worker.resume();
    await next(worker, 'success');
  });
});

describe('looping: false', () => {
  test('claims one job and leaves it to the caller', async () => {
    await bench.queue.enqueue('math', 'add', [1, 2]);
    const worker = await bench.worker({ add }, { looping: false });
    expect(await worker.poll()).toEqual({ class: 'add', queue: 'math', args: [1, 2] });
    expect(worker.working).toBe(true);
    expect(await bench.queue.workingOn('host:1', 'math')).toContain('"add"');
  });

  test('finds nothing in an empty queue', async () => {
    const worker = await bench.worker({ add }, { looping: false });
    expect(await worker.poll()).toBeNull();
  });
});

describe('performInline', () => {
  test('performs without Redis and gives the result', async () => {
    const worker = new Worker({}, { add });
    await expect(worker.performInline('add', [1, 2])).resolves.toBe(3);
  });

  test('throws what the job throws, and names an unknown class', async () => {
    const worker = new Worker({}, { bad: { perform: () => Promise.reject(new Error('bad')) } });
    await expect(worker.performInline('bad')).rejects.toThrow('bad');
    await expect(worker.performInline('nope')).rejects.toThrow('No job defined for class "nope"');
  });

  test('is refused on a started worker', async () => {
    const worker = await bench.started({ add });
    await expect(worker.performInline('add', [1, 2])).rejects.toThrow(
      'Worker#performInline can not be used on a started worker',
    );
  });
});
