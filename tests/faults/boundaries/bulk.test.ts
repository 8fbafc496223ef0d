import { until } from '@reskue/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moments, Proxy, type Boundary, type Moment, type Strike } from '../rig/proxy.js';
import { report } from '../rig/report.js';
import { Lane } from './lane.js';

let lane: Lane;
beforeAll(async () => {
  lane = await Lane.open();
}, 30_000);
afterAll(() => lane.close());

/** The commands of a large step, and those by which a producer looks whether it arrived. */
const commands = ['multi', 'rpush', 'keepPushed (whole)', 'exec'];
const sizes = [
  { name: 'many', count: 1_000, bytes: 0 },
  { name: 'big', count: 12, bytes: 64_000 },
];

interface Blow {
  command: string;
  moment: Moment;
  strike: 'kill' | 'drop';
}
const blows: Blow[] = commands.flatMap((command) =>
  moments.flatMap((moment) => (['kill', 'drop'] as const).map((strike) => ({ command, moment, strike }))),
);

let last = 0;

/** One bulk of a producer that is struck at a command of its transaction; throws where it is not stored as it must be. */
async function strikeBulk(size: (typeof sizes)[number], { command, moment, strike }: Blow): Promise<void> {
  await lane.redis.flushall();
  const proxy = await Proxy.start(lane.server.socket);
  const victim = await lane.victim();
  const ids = (id: string): string[] => Array.from({ length: size.count }, (_, at) => `${id}-${at}`);
  try {
    const name = 'producer';
    const connection = { host: '127.0.0.1', port: proxy.port };
    await victim.tell('queue', { name, options: { connection } });
    const seen = (): number => proxy.passed.filter((sent) => sent.command === command).length;
    // The first goes by script, and then a transaction is tried.
    const tell = (queue: string, id: string): Promise<void> =>
      victim.tell('enqueueBulk', { name, queue, id, count: size.count, bytes: size.bytes });
    await until(async () => {
      const before = seen();
      await tell('warm', 'warm');
      return before > 0 && seen() > before;
    });
    const id = `bulk-${process.pid}-${(last += 1)}`;
    const boundary: Boundary = { command, occurrence: seen() + 1, moment };
    const blow: Strike = strike === 'drop' ? 'drop' : () => victim.signal('SIGKILL');
    proxy.arm(boundary, blow);
    await tell('work', id).catch((error: unknown) => {
      if (victim.killedAt === undefined) throw error;
    });
    await until(() => proxy.hasStruck);
    if (strike === 'kill') await victim.exited;
    const payloads = await lane.redis.lrange('resque:queue:work', 0, -1);
    const found = payloads.map((payload) => (JSON.parse(payload) as { args: string[] }).args[0]);
    const isAccepted = lane.ledger.jobs('accepted').has(id);
    const wanted = isAccepted || found.length > 0 ? ids(id) : [];
    if (found.join() !== wanted.join())
      throw new Error(`${isAccepted ? 'accepted' : 'not accepted'}, and ${found.length} are there`);
    if (strike === 'drop' && !isAccepted) throw new Error('not accepted after an outage');
  } finally {
    victim.mayEnd();
    await victim.remove();
    await proxy.close();
  }
}

test.each(sizes)(
  'a bulk of $name: its producer killed and cut off at every command of the transaction',
  { timeout: 120_000 },
  async (size) => {
    const failures: string[] = [];
    for (const blow of blows)
      await strikeBulk(size, blow).catch((error: unknown) =>
        failures.push(`${blow.strike} ${blow.moment}: ${blow.command}: ${String(error)}`),
      );
    report({
      fault: `a bulk of ${size.name}, its producer struck at each command of the transaction`,
      count: blows.length,
      jobs: blows.length * size.count,
      lost: failures.length,
      stuck: 0,
      twice: 0,
    });
    expect(failures).toEqual([]);
  },
);
