import { hostname } from 'node:os';
import { Connection } from '@reskue/core/protocol';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { MultiWorker } from './multi-worker.js';

describe('options', () => {
  test('have the defaults of node-resque', () => {
    const multiWorker = new MultiWorker();
    expect(multiWorker.options).toEqual({
      name: hostname(),
      minTaskProcessors: 1,
      maxTaskProcessors: 10,
      timeout: 5_000,
      checkTimeout: 500,
      maxEventLoopDelay: 10,
      queues: ['*'],
      connection: {},
    });
    expect(multiWorker).toMatchObject({
      name: hostname(),
      workers: [],
      jobs: {},
      running: false,
      working: false,
      stopInProcess: false,
      eventLoopBlocked: true,
      eventLoopDelay: Infinity,
      eventLoopCheckCounter: 0,
      checkTimer: undefined,
    });
  });

  test('are never mutated', () => {
    const given = Object.freeze({
      queues: Object.freeze(['math']) as string[],
      connection: Object.freeze({}),
    });
    expect(new MultiWorker(given).options).not.toBe(given);
  });

  test.each([
    [{ minTaskProcessors: 20 }, 20, 20],
    [{ maxTaskProcessors: 3 }, 1, 3],
    [{ minTaskProcessors: 0 }, 0, 10],
    [{ minTaskProcessors: 5, maxTaskProcessors: 5 }, 5, 5],
    [{ concurrency: 7 }, 7, 7],
    [{ minTaskProcessors: '2', maxTaskProcessors: '4' }, 2, 4],
  ])('%j', (given, minTaskProcessors, maxTaskProcessors) => {
    // Digits from the environment are welcome, as in every option that is a number.
    expect(new MultiWorker(given as object).options).toMatchObject({ minTaskProcessors, maxTaskProcessors });
  });

  test.each([
    ['checkTimeout', { checkTimeout: 0 }],
    ['timeout', { timeout: 'soon' }],
    ['maxEventLoopDelay', { maxEventLoopDelay: -1 }],
    ['minTaskProcessors', { minTaskProcessors: 1.5 }],
    ['maxTaskProcessors', { maxTaskProcessors: 0 }],
    ['maxTaskProcessors', { minTaskProcessors: 3, maxTaskProcessors: 2 }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 4, maxTaskProcessors: 8 }],
    ['name', { name: ' ' }],
    ['queues', { queues: [''] }],
    ['lease', { lease: 10 }],
    ['recovery', { recovery: 'pray' }],
    ['maxRecoveries', { maxRecoveries: -1 }],
    ['port', { connection: { port: 'x' } }],
  ])('%s is refused by name: %j', (name, options) => {
    expect(() => new MultiWorker(options as never)).toThrow(
      expect.objectContaining({
        code: 'RESKUE_OPTION_INVALID',
        message: expect.stringContaining(`"${name}"`) as string,
      }) as Error,
    );
  });

  test('what is no map of jobs is refused', () => {
    expect(() => new MultiWorker({}, [] as never)).toThrow(/jobs/);
  });

  test('a client makes room for the listeners of every worker, a Connection has room for any number', () => {
    const redis = new Redis({ lazyConnect: true });
    const before = redis.getMaxListeners();
    const connection = new Connection({ redis });
    new MultiWorker({ connection, maxTaskProcessors: 30 });
    expect([redis.getMaxListeners(), connection.getMaxListeners()]).toEqual([before + 30, 0]);
  });
});
