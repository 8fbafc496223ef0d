import { redisServer } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { Queue } from '../queue.js';

const server = redisServer();
const queues: Queue[] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.end();
});

async function connected(): Promise<Queue> {
  const queue = new Queue({ connection: server.connection });
  queues.push(queue);
  await queue.connect();
  return queue;
}

test('a job lies in its queue byte for byte as node-resque writes it', async () => {
  const queue = await connected();
  expect(await queue.enqueue('math', 'add', [1, 2])).toBe(true);
  expect(await server.redis.lrange('resque:queue:math', 0, -1)).toEqual([
    '{"class":"add","queue":"math","args":[1,2]}',
  ]);
  expect(await queue.queues()).toEqual(['math']);
  expect(await queue.length('math')).toBe(1);
});
