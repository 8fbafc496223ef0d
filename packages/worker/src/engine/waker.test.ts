import { Connection } from '@reskue/core/protocol';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Waker, type Sleeper } from './waker.js';

const server = redisServer();

const sleeper = (queue: string): Sleeper => ({ queueNames: [queue], wildcard: false, wake: () => {} });

test('an interruption that nobody waits for any more leaves Redis by itself', async () => {
  const connection = new Connection(server.connection);
  await connection.connect();
  let sleepers = [sleeper('one')];
  const waker = new Waker(
    () => connection,
    'L',
    () => sleepers,
  );
  waker.sleepersChanged();
  await until(async () => String(await server.redis.client('LIST')).includes('cmd=blpop'));
  sleepers = [sleeper('two')];
  waker.sleepersChanged();
  await waker.stop();
  // Two interruptions, one wait.
  expect(await server.redis.llen('resque:lease:L:wake')).toBe(1);
  expect(await server.redis.ttl('resque:lease:L:wake')).toBeGreaterThan(0);
  connection.end();
});
