import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

const lease = 1_000;
const partitions = 3;
const hour = 3_600_000;

test.concurrent(
  'a process cut off without a word is fenced, and what it sent arrives late for nothing',
  async () => {
    await using scene = await Scene.open();
    const producer = await scene.producer();
    const { actor, proxy } = await scene.proxied(4, { lease });
    for (let count = 0; count < partitions; count += 1) {
      const work = scene.ids(8).map((id) => ({ id, kind: 'succeed', args: [500] }));
      await producer.tell('enqueue', { name: 'producer', work });
      await until(() => work.some(({ id }) => scene.ledger.jobs('started').has(id)));
      const blow = scene.standsStill(actor);
      // Its jobs come to their end, and their settlements are on their way for as long as this lasts.
      proxy.freeze();
      const other = await scene.worker(4, { lease });
      const isOver = async (): Promise<boolean> =>
        (await scene.redis.llen('resque:failed')) === 0 &&
        (await scene.redis.get('resque:stat:processed')) === String(8 * (count + 1));
      await until(isOver, { timeoutMs: 20_000 });
      proxy.thaw();
      blow.until = Date.now();
      await until(() => actor.heard.filter(({ event }) => event === 'leaseLost').length === count + 1, {
        timeoutMs: 15_000,
      });
      await other.tell('end', { name: 'worker' });
      other.mayEnd();
    }
    const last = scene.ids(8).map((id) => ({ id, kind: 'succeed', args: [10] }));
    await producer.tell('enqueue', { name: 'producer', work: last });
    const verdict = await scene.ended(15_000);
    const jobs = partitions * 8 + 8;
    report({
      fault: 'network that swallows everything beyond the lease of 1 s, and brings it late',
      count: partitions,
      jobs,
      lost: verdict.lost.length,
      stuck: verdict.stuck.length,
      twice: verdict.twiceAfterBlow.length,
      reason: 'the process was cut off for longer than its lease; what it sent settled nothing',
      recoveries: verdict.recoveries,
    });
    expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [], failed: 0 });
    expect(verdict.settled).toBe(jobs);
    expect(scene.crashes()).toEqual([]);
  },
);

test.concurrent('clocks that are an hour off, either way, change nothing', async () => {
  await using scene = await Scene.open();
  const producer = await scene.producer();
  await scene.worker(4, { lease: 2_000 }, hour);
  await scene.worker(4, { lease: 2_000 }, -hour);
  await scene.scheduler({ timeout: 500 }, hour);
  await scene.scheduler({ timeout: 500 }, -hour);
  // The clocks are off indeed: workers write down since when they are there.
  const started = await scene.redis.mget(await scene.redis.keys('resque:worker:*:started'));
  const now = Date.now() / 1_000;
  expect(started.map((second) => Math.round((Number(second) - now) / 1_800)).sort()).toEqual([
    -2, -2, -2, -2, 2, 2, 2, 2,
  ]);
  const work = scene.ids(400).map((id, index) => ({
    id,
    kind: index % 4 === 0 ? 'locked' : 'succeed',
    args: [100],
    ...(index % 4 === 1 && { delayMs: 10 * index }),
  }));
  await producer.tell('enqueue', { name: 'producer', work });
  const verdict = await scene.ended(30_000);
  report({
    fault: 'process clocks an hour off, either way',
    count: 4,
    jobs: 400,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    twice: verdict.twiceForNothing.length,
  });
  expect(verdict).toMatchObject({ jobs: 400, lost: [], stuck: [], twiceForNothing: [], settled: 400 });
  expect(scene.actors.flatMap(({ heard }) => heard.filter(({ event }) => event === 'leaseLost'))).toEqual([]);
  // Nothing delayed was early.
  const entries = scene.ledger.read();
  const early = work.filter(({ id, delayMs = 0 }) => {
    const asked = entries.find(({ what, job }) => what === 'asked' && job === id);
    const started = entries.find(({ what, job }) => what === 'started' && job === id);
    return started!.at - asked!.at < delayMs;
  });
  expect(early).toEqual([]);
});
