import { until } from '@reskue/testkit';
import { expect, test, vi } from 'vitest';
import { slotProbe } from './slot-probe.test-kit.js';
import { engineBench } from './engine-bench.test-kit.js';

const bench = engineBench();
const { server } = bench;

/** Works off so many jobs in 40 slots and gives what happened, in its order. `staggered`: they end a few ms apart, not at once. */
async function happeningsOf(count: number, bytes: number, staggered = false): Promise<string[]> {
  await server.redis.sadd('resque:queues', 'q');
  for (let index = 0; index < count; index += 1)
    await server.redis.rpush('resque:queue:q', String(index).padEnd(bytes));
  const happened: string[] = [];
  const { cycles } = bench.engine;
  const cycle = cycles.run.bind(cycles);
  vi.spyOn(cycles, 'run').mockImplementation(async (...given) => {
    happened.push('call');
    const result = await cycle(...given);
    happened.push('answer');
    return result;
  });
  for (let index = 0; index < 40; index += 1) {
    const probe = slotProbe(bench.engine, `h:${index}`, { auto: !staggered });
    const claimed = probe.slot.host.claimed.bind(probe.slot.host);
    probe.slot.host.claimed = (claim) => {
      happened.push('job');
      claimed(claim);
      if (staggered) setTimeout(() => probe.end(), index % 4);
    };
    bench.probes.push(probe);
  }
  await Promise.all(bench.probes.map((probe) => probe.join(bench.connection, ['q'])));
  await until(async () => (await server.redis.get('resque:stat:processed')) === String(count));
  expect(happened.filter((what) => what === 'job')).toHaveLength(count);
  return happened;
}

/** How many calls were under way at once. */
function mostAtOnce(happened: readonly string[]): number {
  let [now, most] = [0, 0];
  for (const what of happened) {
    if (what === 'call') now += 1;
    if (what === 'answer') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

test('long payloads: four calls are under way, and the next is sent before the jobs of an answer are begun', async () => {
  const happened = await happeningsOf(300, 64_000);
  expect(mostAtOnce(happened)).toBe(4);
  const steady = happened.slice(happened.length >> 2, (happened.length * 3) >> 2);
  const isFollowedBy = (what: string) => (one: string, index: number) =>
    one === 'answer' && steady[index + 1] === what;
  expect(steady.filter(isFollowedBy('call')).length).toBeGreaterThan(5);
  expect(steady.filter(isFollowedBy('job'))).toEqual([]);
});

test('short payloads: two calls are under way', async () => {
  expect(mostAtOnce(await happeningsOf(2_000, 100, true))).toBe(2);
});
