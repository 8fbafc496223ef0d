// A process of an application: works, schedules or enqueues as its parent tells it. argv: folder of the ledger.
import { existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import '@reskue/plugins';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { installSignalHandlers, Worker } from '@reskue/worker';

/** The time that everybody agrees on, also where this process's clock is wrong. */
const now = () => Date.now() - Number(process.env.CLOCK_SHIFT_MS ?? 0);
const folder = process.argv[2];
const ledger = openSync(join(folder, `${process.pid}.log`), 'a');
/** One line is one write to a file opened for appending: it is there, whoever dies afterwards. */
const note = (what, id, detail = '') => writeSync(ledger, `${now()} ${what} ${id} ${detail}\n`);
const say = (message) => process.connected && process.send(message);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const running = async (id, work) => {
  note('started', id);
  await work();
  note('finished', id);
};

const block = (id, ms) =>
  running(id, () => {
    for (const end = Date.now() + ms; Date.now() < end;);
  });

const jobs = {
  succeed: { perform: (id, ms = 0) => running(id, () => pause(ms)) },
  fail: {
    perform: async (id) => {
      note('started', id);
      throw new Error(`${id} fails`);
    },
  },
  retry: {
    plugins: ['Retry'],
    pluginOptions: { Retry: { retryLimit: 5, retryDelay: 50 } },
    perform: (id) =>
      running(id, () => {
        const marker = join(folder, `tried-${id}`);
        if (existsSync(marker)) return;
        writeFileSync(marker, '');
        note('wantsRetry', id);
        throw new Error(`${id} fails the first time`);
      }),
  },
  locked: {
    plugins: ['JobLock'],
    perform: (id, ms = 0) => running(id, () => pause(ms)),
  },
  block: { perform: block },
  guarded: { plugins: ['Retry', 'JobLock'], perform: block },
};

/** What runs here, by the name that the parent gave it. */
const parts = new Map();

const heard = (part, names) => {
  for (const name of names) part.on(name, (...given) => say({ event: name, given: given.map(String) }));
};

const acts = {
  async worker({ name, slots = 1, options, workerNames = [] }) {
    const workers = Array.from(
      { length: slots },
      (_, index) =>
        new Worker(
          { queues: ['work'], ...options, name: workerNames[index] ?? `host:${process.pid}+${index}` },
          jobs,
        ),
    );
    for (const worker of workers) heard(worker, ['error', 'claimLost', 'warning']);
    // What concerns the process is told by each of its workers.
    heard(workers[0], ['leaseLost', 'slow']);
    parts.set(name, { end: (how) => Promise.all(workers.map((worker) => worker.end(how))) });
    await Promise.all(workers.map((worker) => worker.connect()));
    for (const worker of workers) await worker.start();
  },
  async scheduler({ name, options }) {
    const scheduler = new Scheduler({ name: `host:${process.pid}:${name}`, ...options }, jobs);
    heard(scheduler, ['error', 'leader', 'recovered']);
    parts.set(name, scheduler);
    await scheduler.connect();
    await scheduler.start();
  },
  async queue({ name, options }) {
    const queue = new Queue(options, jobs);
    queue.on('error', () => {});
    parts.set(name, queue);
    await queue.connect();
  },
  /** Stores jobs one after the other: `{ id, kind, args, delayMs }`; each is noted before and after. */
  async enqueue({ name, work, parallel = 1 }) {
    const queue = parts.get(name);
    const waiting = [...work];
    const one = async ({ id, kind, args = [], delayMs }) => {
      note('asked', id);
      try {
        if (delayMs === undefined) await queue.enqueue('work', kind, [id, ...args]);
        else await queue.enqueueIn(delayMs, 'work', kind, [id, ...args]);
        note('accepted', id);
      } catch (error) {
        note('rejected', id, error.code ?? error.message.split(' ')[0]);
      }
    };
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await one(next);
    };
    await Promise.all(Array.from({ length: parallel }, lane));
  },
  /** Stores so many jobs in one call: `<id>-0`, `<id>-1` ...; of `bytes` more each. */
  async enqueueBulk({ name, queue = 'work', id, count, bytes = 0 }) {
    const jobs = Array.from({ length: count }, (_, at) => ({
      queue,
      class: 'succeed',
      args: [`${id}-${at}`, 'x'.repeat(bytes)],
    }));
    note('asked', id);
    await parts.get(name).enqueueBulk(jobs);
    note('accepted', id);
  },
  async end({ name, how }) {
    await parts.get(name)?.end(how);
    parts.delete(name);
  },
  async signals({ name }) {
    installSignalHandlers([parts.get(name)]);
  },
};

process.on('message', ({ number, act, ...given }) => {
  acts[act](given).then(
    () => say({ done: number }),
    (error) => say({ done: number, error: `${error.code ?? ''} ${error.message}` }),
  );
});
process.on('disconnect', () => process.exit(0));
say({ event: 'ready' });
