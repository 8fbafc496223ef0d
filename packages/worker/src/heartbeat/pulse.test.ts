import { Connection } from '@reskue/core/protocol';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Pulse } from './pulse.js';

const server = redisServer();
const leaseMs = 10_000;

test('a lease is renewed less often while nothing is in hand, but before Redis takes it for a standstill', async () => {
  const connection = new Connection(server.connection);
  await connection.connect();
  const { leases } = connection.keys;
  const beat = (leaseId: string, isResting: boolean): { at: number[]; pulse: Pulse } => {
    const at: number[] = [];
    const pulse = new Pulse(() => connection, leaseId, leaseMs, {
      lost: () => undefined,
      failed: () => undefined,
      beats: () => at.push(performance.now()),
      isAtRest: () => isResting,
    });
    pulse.start(0);
    return { at, pulse };
  };
  await server.redis.zadd(leases, Date.now() + leaseMs, 'resting', Date.now() + leaseMs, 'busy');
  const [resting, busy] = [beat('resting', true), beat('busy', false)];
  await until(() => resting.at.length === 2, { timeoutMs: 8_000 });
  for (const { pulse } of [resting, busy]) pulse.stop();
  const pause = ({ at: [first = 0, second = 0] }: { at: number[] }): number => second - first;
  expect(pause(resting)).toBeGreaterThan(3_900);
  expect(pause(resting)).toBeLessThan(leaseMs / 2);
  expect(pause(busy)).toBeGreaterThan(2_400);
  expect(pause(busy)).toBeLessThan(3_900);
  connection.end();
}, 10_000);
