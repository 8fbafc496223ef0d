import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

/** Shorter than what a busy or ending process takes; longer than what a crowded machine makes it wait. */
const lease = 2_000;

test.concurrent.each([
  { blockedMs: 6_000, leaseMs: lease },
  { blockedMs: 60_000, leaseMs: 10_000 },
])(
  'a loop blocked for $blockedMs ms, lease of $leaseMs ms: nobody takes its process for dead',
  async ({ blockedMs, leaseMs }) => {
    await using scene = await Scene.open();
    const producer = await scene.producer();
    const blocked = await scene.worker(2, { lease: leaseMs });
    const [id = ''] = scene.ids(1);
    await producer.tell('enqueue', { name: 'producer', work: [{ id, kind: 'block', args: [blockedMs] }] });
    await until(() => scene.ledger.jobs('started').has(id));
    // Others are there to take it for dead, and have work of their own.
    await scene.worker(2, { lease: leaseMs });
    const work = scene.ids(100).map((other) => ({ id: other, kind: 'succeed', args: [50] }));
    await producer.tell('enqueue', { name: 'producer', work });
    const verdict = await scene.ended(blockedMs + 24_000);
    report({
      fault: `event loop blocked for ${blockedMs / 1_000} s, lease of ${leaseMs / 1_000} s`,
      count: 1,
      jobs: 101,
      ...counts(verdict),
    });
    expect(verdict).toMatchObject({ jobs: 101, lost: [], stuck: [], twiceForNothing: [], settled: 101 });
    expect(blocked.heard.filter(({ event }) => event === 'leaseLost')).toEqual([]);
    // It says so itself, with the time.
    const slow = await until(() => blocked.heard.find(({ event }) => event === 'slow'));
    expect(Number(slow.given[0])).toBeGreaterThan(5_000);
    expect(scene.crashes()).toEqual([]);
  },
);

test.concurrent(
  'a process that stands still for longer than its lease is fenced when it goes on',
  async () => {
    await using scene = await Scene.open();
    const producer = await scene.producer();
    const stopped = await scene.worker(4, { lease: 1_000 });
    const stops = 3;
    const recoveries: number[] = [];
    for (let count = 0; count < stops; count += 1) {
      const work = scene.ids(8).map((id) => ({ id, kind: 'succeed', args: [700] }));
      await producer.tell('enqueue', { name: 'producer', work });
      // All of its slots are at work: fewer jobs would be done twice.
      await until(() => work.filter(({ id }) => scene.ledger.jobs('started').has(id)).length >= 4);
      const blow = scene.standsStill(stopped);
      stopped.signal('SIGSTOP');
      const other = await scene.worker(4, { lease: 1_000 });
      // Long enough that somebody else has its jobs.
      await until(async () => (await scene.judge()).twiceAfterBlow.length > count * 4, { timeoutMs: 20_000 });
      stopped.signal('SIGCONT');
      blow.until = Date.now();
      await until(() => stopped.heard.filter(({ event }) => event === 'leaseLost').length === count + 1);
      await until(async () => (await scene.judge()).open.length === 0, { timeoutMs: 10_000 });
      await other.tell('end', { name: 'worker' });
      other.mayEnd();
    }
    // Under its new lease it goes on working.
    const last = scene.ids(8).map((id) => ({ id, kind: 'succeed', args: [10] }));
    await producer.tell('enqueue', { name: 'producer', work: last });
    const verdict = await scene.ended(10_000);
    recoveries.push(...verdict.recoveries);
    const jobs = stops * 8 + 8;
    report({
      fault: 'SIGSTOP of a worker process beyond its lease of 1 s',
      count: stops,
      jobs,
      ...counts(verdict),
      twice: verdict.twiceAfterBlow.length,
      reason: 'stood still for longer than its lease; what it did then settled nothing',
      recoveries,
    });
    expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [] });
    expect(verdict.twiceAfterBlow.length).toBeGreaterThanOrEqual(stops);
    expect(verdict.settled).toBe(jobs);
    expect(scene.crashes()).toEqual([]);
  },
);

test.concurrent(
  'SIGTERM during long jobs: they end, nothing else is begun, the process ends with 0',
  async () => {
    await using scene = await Scene.open();
    const producer = await scene.producer();
    const ending = await scene.worker(2, { lease });
    await ending.tell('signals', { name: 'worker' });
    const work = scene.ids(10).map((id) => ({ id, kind: 'succeed', args: [4_000] }));
    await producer.tell('enqueue', { name: 'producer', work });
    await until(() => scene.ledger.jobs('started').size === 2);
    ending.mayEnd();
    ending.signal('SIGTERM');
    const other = await scene.worker(8, { lease });
    await ending.exited;
    const verdict = await scene.ended(20_000);
    report({ fault: 'SIGTERM during jobs of 4 s, lease of 2 s', count: 1, jobs: 10, ...counts(verdict) });
    expect(ending.exitCode).toBe(0);
    expect(verdict).toMatchObject({ jobs: 10, lost: [], stuck: [], twiceForNothing: [], settled: 10 });
    const begunBy = scene.ledger.read().filter(({ what, pid }) => what === 'started' && pid === ending.pid);
    expect(begunBy).toHaveLength(2);
    expect(other.hasCrashed).toBe(false);
  },
);

const counts = ({
  lost,
  stuck,
  twiceForNothing,
}: Record<'lost' | 'stuck' | 'twiceForNothing', string[]>): {
  lost: number;
  stuck: number;
  twice: number;
} => ({
  lost: lost.length,
  stuck: stuck.length,
  twice: twiceForNothing.length,
});
