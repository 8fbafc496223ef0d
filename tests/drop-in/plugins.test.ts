import type { Jobs } from 'reskue';
import { describe, expect, test } from 'vitest';
import { dropIn, next, until } from './library.test-kit.js';

dropIn((app) => {
  const { library } = app;
  const add = async (a: number, b: number) => a + b;

  describe('an own plugin', () => {
    test('sees where it is, by its constructor and its fields', async () => {
      const seen: object[] = [];
      class Looking extends library.Plugin {
        override async beforePerform() {
          const { name, func, queue, args, options, worker } = this;
          seen.push({ name, func, queue, args, options, isWorker: worker instanceof library.Worker });
          return true;
        }
      }
      const options = { colour: 'blue' };
      const jobs: Jobs = {
        add: { plugins: [Looking], pluginOptions: { Looking: options }, perform: add },
      };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs);
      const success = next(worker, 'success');
      await worker.start();
      expect((await success)[2]).toBe(3);
      expect(seen).toEqual([
        { name: 'Looking', func: 'add', queue: 'math', args: [1, 2], options, isWorker: true },
      ]);
    });

    test('runs its four hooks, each plugin in its turn', async () => {
      const calls: string[] = [];
      const recording = (name: string) =>
        class extends library.Plugin {
          override async beforeEnqueue() {
            calls.push(`${name} beforeEnqueue`);
            return true;
          }
          override async afterEnqueue() {
            calls.push(`${name} afterEnqueue`);
            return true;
          }
          override async beforePerform() {
            calls.push(`${name} beforePerform`);
            return true;
          }
          override async afterPerform() {
            calls.push(`${name} afterPerform`);
            return true;
          }
        };
      const jobs: Jobs = { add: { plugins: [recording('one'), recording('two')], perform: add } };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs);
      const success = next(worker, 'success');
      await worker.start();
      await success;
      expect(calls).toEqual(
        ['beforeEnqueue', 'afterEnqueue', 'beforePerform', 'afterPerform'].flatMap((hook) => [
          `one ${hook}`,
          `two ${hook}`,
        ]),
      );
    });

    test('refuses an enqueue by false', async () => {
      class Refusing extends library.Plugin {
        override async beforeEnqueue() {
          return false;
        }
      }
      const queue = await app.queue({ add: { plugins: [Refusing], perform: add } });
      expect(await queue.enqueue('math', 'add', [1, 2])).toBe(false);
      expect(await queue.length('math')).toBe(0);
    });

    test('drops a job by false before perform: neither success nor failure', async () => {
      class Dropping extends library.Plugin {
        override async beforePerform() {
          return false;
        }
      }
      const jobs: Jobs = { add: { plugins: [Dropping], perform: add }, plain: { perform: add } };
      const queue = await app.queue(jobs);
      const worker = await app.worker(jobs);
      const told: string[] = [];
      worker.on('success', (_queue, job) => told.push(job.class));
      worker.on('failure', (_queue, job) => told.push(job.class));
      await queue.enqueue('math', 'add', [1, 2]);
      await queue.enqueue('math', 'plain', [1, 2]);
      await worker.start();
      await until(() => told.length > 0);
      expect(told).toEqual(['plain']);
      expect(await queue.failedCount()).toBe(0);
      expect(await app.redis.get('resque:stat:processed')).toBe('1');
    });

    test('takes a failure back by deleting the error', async () => {
      class Forgiving extends library.Plugin {
        override async afterPerform() {
          // A Worker, in this hook.
          delete (this.worker as { error?: unknown }).error;
          return true;
        }
      }
      const jobs: Jobs = {
        fail: {
          plugins: [Forgiving],
          perform: async () => {
            throw new Error('bad');
          },
        },
      };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'fail');
      const worker = await app.worker(jobs);
      const success = next(worker, 'success');
      await worker.start();
      await success;
      expect(await queue.failedCount()).toBe(0);
    });

    test('what it throws before perform fails the job', async () => {
      class Throwing extends library.Plugin {
        override async beforePerform(): Promise<boolean> {
          throw new Error('not today');
        }
      }
      const jobs: Jobs = { add: { plugins: [Throwing], perform: add } };
      const queue = await app.queue(jobs);
      await queue.enqueue('math', 'add', [1, 2]);
      const worker = await app.worker(jobs);
      const failure = next(worker, 'failure');
      await worker.start();
      expect((await failure)[2]).toMatchObject({ message: 'not today' });
    });

    test('runs with performInline()', async () => {
      const calls: string[] = [];
      class Recording extends library.Plugin {
        override async beforePerform() {
          calls.push(`before ${this.args.join()}`);
          return true;
        }
        override async afterPerform() {
          calls.push('after');
          return true;
        }
      }
      const worker = new library.Worker(
        { connection: app.details() },
        { add: { plugins: [Recording], perform: add } },
      );
      expect(await worker.performInline('add', [1, 2])).toBe(3);
      expect(calls).toEqual(['before 1,2', 'after']);
    });

    test('what is no plugin is an error that says so', async () => {
      const queue = await app.queue({ add: { plugins: [{} as never], perform: add } });
      await expect(queue.enqueue('math', 'add', [1, 2])).rejects.toThrow(
        'Plugin must be the constructor name or an object',
      );
    });
  });
});
