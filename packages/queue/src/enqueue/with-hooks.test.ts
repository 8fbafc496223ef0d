import { Plugin, type Settling } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();

/** Notes what happens, in the order of its happening. */
function notebook() {
  const notes: string[] = [];
  class Noting extends Plugin {
    number = notes.push('made');
    override async beforeEnqueue() {
      notes.push(`before ${this.func} ${this.queue} ${JSON.stringify(this.args)}`);
      return this.options['answer'] as boolean | undefined;
    }
    override async afterEnqueue() {
      notes.push(`after, ${await bench.server.redis.llen('resque:queue:q')} queued`);
    }
    override onSettle({ phase, outcome }: Settling) {
      notes.push(`${phase} ${outcome}`);
    }
  }
  return { notes, Noting };
}
const perform = () => undefined;

test('hooks run around the storing, on one instance', async () => {
  const { notes, Noting } = notebook();
  const queue = await bench.queue({ job: { plugins: [Noting], perform } });
  expect(await queue.enqueue('q', 'job', [1])).toBe(true);
  expect(notes).toEqual(['made', 'before job q [1]', 'after, 1 queued', 'enqueue done']);
});

test('a strict false refuses the job, and only that', async () => {
  const { notes, Noting } = notebook();
  const jobs = { job: { plugins: [Noting], pluginOptions: { Noting: { answer: false } }, perform } };
  const queue = await bench.queue(jobs);
  expect(await queue.enqueue('q', 'job')).toBe(false);
  expect(await queue.length('q')).toBe(0);
  expect(notes).toEqual(['made', 'before job q []', 'enqueue refused']);
  queue.jobs = { job: { ...jobs.job, pluginOptions: { Noting: { answer: undefined } } } };
  expect(await queue.enqueue('q', 'job')).toBe(true);
});

test('what a hook throws comes out of enqueue, nothing is stored, and every plugin is told', async () => {
  const { notes, Noting } = notebook();
  class Throwing extends Plugin {
    override beforeEnqueue(): never {
      throw new Error('no');
    }
  }
  const queue = await bench.queue({ job: { plugins: [Noting, Throwing], perform } });
  await expect(queue.enqueue('q', 'job')).rejects.toThrow('no');
  expect(await queue.length('q')).toBe(0);
  expect(notes.at(-1)).toBe('enqueue failed');
});

test('a lock that a plugin took is given back when a later one refuses', async () => {
  class Locking extends Plugin {
    readonly #key = this.queueObject.connection.key('lock', this.func);
    override async beforeEnqueue() {
      await bench.server.redis.set(this.#key, '1');
      return true;
    }
    override onSettle({ outcome }: Settling) {
      if (outcome !== 'done') this.settleWith('del', [this.#key]);
    }
  }
  class Refusing extends Plugin {
    override beforeEnqueue() {
      return false;
    }
  }
  const queue = await bench.queue({ job: { plugins: [Locking, Refusing], perform } });
  expect(await queue.enqueue('q', 'job')).toBe(false);
  expect(await queue.locks()).toEqual({});
});

test('what an onSettle hook throws is an error event, and the job is enqueued', async () => {
  class Careless extends Plugin {
    override onSettle(): never {
      throw new Error('late');
    }
    override beforeEnqueue() {
      return true;
    }
  }
  const queue = await bench.queue({ job: { plugins: [Careless], perform } });
  const errors: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(errors).toEqual([expect.objectContaining({ message: 'late' })]);
});

test('a plugin that changes the args changes what is stored', async () => {
  class Stamping extends Plugin {
    override beforeEnqueue() {
      this.args.push('stamped');
    }
  }
  const queue = await bench.queue({ job: { plugins: [Stamping], perform } });
  await queue.enqueue('q', 'job', [1]);
  expect(await queue.queued('q', 0, -1)).toEqual([{ class: 'job', queue: 'q', args: [1, 'stamped'] }]);
});

test('a definition without perform, of a service that only enqueues, has its plugins run', async () => {
  const { notes, Noting } = notebook();
  // As JavaScript may give it.
  const jobs = { job: { plugins: [Noting] } } as unknown as Parameters<typeof bench.queue>[0];
  const queue = await bench.queue(jobs);
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(notes).toContain('enqueue done');
});

test('an unknown plugin name is told, and nothing is stored', async () => {
  const queue = await bench.queue({ job: { plugins: ['Nobody'], perform }, odd: { plugins: [5], perform } });
  await expect(queue.enqueue('q', 'job')).rejects.toMatchObject({ code: 'RESKUE_PLUGIN_UNKNOWN' });
  await expect(queue.enqueue('q', 'odd')).rejects.toThrow('Plugin must be the constructor name or an object');
  expect(await queue.length('q')).toBe(0);
});
