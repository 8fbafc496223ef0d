import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { childProcesses, type Child } from './child-workers.js';

const server = redisServer();
const start = childProcesses();

test('a job that ends its process each time comes to rest in failed after four starts; the good ones run', async () => {
  const payloads = ['exit', 'good', 'good'].map(
    (name, index) => `{"class":"${name}","queue":"q","args":[${index}]}`,
  );
  await server.redis
    .multi()
    .sadd('resque:queues', 'q')
    .rpush('resque:queue:q', ...payloads)
    .exec();
  const isOver = async (): Promise<boolean> => (await server.redis.llen('resque:failed')) === 1;
  const children: Child[] = [];
  const output = (): string => children.map((child) => child.output()).join('');
  // As a supervisor does: whoever ended is started again.
  while (children.length < 7 && !(await isOver())) {
    const child = await start('./mortal-worker.mjs', server.socket, 1_000);
    children.push(child);
    await Promise.race([child.exited, until(isOver, { timeoutMs: 12_000 })]);
  }
  expect(output().match(/start exit/g)).toHaveLength(4);
  const [entry = ''] = await server.redis.lrange('resque:failed', 0, -1);
  expect(JSON.parse(entry)).toMatchObject({
    payload: { class: 'exit', args: [0] },
    error: expect.stringContaining('it was put back 3 times before') as string,
  });
  await until(() => output().match(/success/g)?.length === 2);
  expect(await server.redis.get('resque:stat:processed')).toBe('2');
}, 60_000);
