import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import type { Actor } from '../rig/actor.js';
import { median } from '../rig/report.js';
import { Scene, type Work } from '../rig/scene.js';
import { faults, Fleet } from './faults.js';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 5);
const kinds = ['succeed', 'retry', 'fail', 'locked', 'succeed', 'succeed'] as const;
/** Jobs that block the loop of their process: for 6 s in each batch of a minute, and once for 60 s. */
const blocks = [6_000, 60_000];

test(`${minutes} minutes of random faults`, async () => {
  await using scene = await Scene.open({
    appendonly: 'always',
    config: { 'enable-debug-command': 'yes', 'maxmemory-policy': 'noeviction' },
  });
  const fleet = new Fleet(scene);
  for (let count = 0; count < 4; count += 1) await fleet.hireWorker();
  for (let count = 0; count < 2; count += 1) await fleet.hireScheduler();
  let producer = await scene.producer({ enqueueTimeout: 20_000 });
  const endAt = Date.now() + minutes * 60_000;
  const producing = produce(scene, () => producer, endAt);
  const counts = new Map<string, number>();
  const names = [...Object.keys(faults), 'kill -9 of the producer'];
  while (Date.now() < endAt) {
    await pause(500 + Math.random() * 2_000);
    const name = names[Math.floor(Math.random() * names.length)]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    scene.notes.push([Date.now(), `fault: ${name}`]);
    const fault = faults[name];
    if (fault) {
      await fault(fleet);
      scene.notes.push([Date.now(), `over: ${name}`]);
    } else {
      scene.kill(producer);
      producer = await scene.producer({ enqueueTimeout: 20_000 });
    }
  }
  await producing;
  await until(() => isQuiet(scene), { timeoutMs: 120_000 }).catch(() => undefined);
  const verdict = await scene.judge();
  print(counts, verdict);
  const strange = [...verdict.twiceForNothing, ...verdict.open, ...verdict.storedThoughRejected].slice(0, 5);
  for (const job of strange) process.stdout.write(`${scene.historyOf([job]).join('\n')}\n\n`);
  expect(scene.crashes()).toEqual([]);
  expect(verdict).toMatchObject({
    open: [],
    lost: [],
    stuck: [],
    twiceForNothing: [],
    storedThoughRejected: [],
  });
});

/** Twenty jobs at a time, of every kind, as fast as they are accepted; every minute one that blocks. */
async function produce(scene: Scene, producer: () => Actor, endAt: number): Promise<void> {
  let nextBlockAt = Date.now();
  for (let batch = 0; Date.now() < endAt; batch += 1) {
    const work: Work[] = scene.ids(20).map((id, index) => ({
      id,
      kind: kinds[(batch + index) % kinds.length]!,
      args: [Math.round(Math.random() * 200)],
      ...(index % 4 === 0 && { delayMs: Math.round(Math.random() * 5_000) }),
    }));
    if (Date.now() > nextBlockAt) {
      nextBlockAt += 60_000;
      const ms = batch > 0 && blocks.length > 1 ? blocks.pop()! : blocks[0]!;
      work.push({ id: scene.ids(1)[0]!, kind: 'block', args: [ms] });
    }
    // A producer that was killed is replaced by the next.
    await producer()
      .tell('enqueue', { name: 'producer', work, parallel: 4 })
      .catch(() => pause(200));
    await pause(200);
  }
}

/** Nothing waits, is delayed or in hand. */
async function isQuiet({ redis }: Scene): Promise<boolean> {
  const workers = await redis.smembers('resque:workers');
  const places = [
    'resque:queue:work',
    'resque:delayed_queue_schedule',
    ...workers.map((id) => `resque:worker:${id}`),
  ];
  await pause(500);
  return (await redis.exists(...places)) === 0;
}

function print(counts: Map<string, number>, verdict: Awaited<ReturnType<Scene['judge']>>): void {
  const { jobs, failed, lost, stuck, twiceAfterBlow, twiceForNothing, recoveries } = verdict;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const rows: [string, string | number][] = [
    ...[...counts].sort(([one], [other]) => (one < other ? -1 : 1)),
    ['jobs accepted', jobs],
    ['of them in failed', failed],
    ['lost', lost.length],
    ['stuck', stuck.length],
    ['run twice: killed, stopped or cut off while at work', twiceAfterBlow.length],
    ['run twice for any other reason', twiceForNothing.length],
    ['recovery, half within', seconds(median(recoveries))],
    ['recovery, all within', seconds(Math.max(0, ...recoveries))],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  process.stdout.write(rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(''));
}
