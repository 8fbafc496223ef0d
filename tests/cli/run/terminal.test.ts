import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { readLedger } from './ledger.test-kit.js';
import { bin, commandRunner, program } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
/** Of util-linux: what is written to it is typed. */
const pseudoTerminal = 'script';

async function enqueue(count: number, ms: number): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (let number = 0; number < count; number += 1) await queue.enqueue('a', 'succeed', [`${number}`, ms]);
}

/** A fleet of two at a terminal, both with a job in hand. */
async function atTerminal(): Promise<{ child: ChildProcess; text: () => string }> {
  await enqueue(3, 60_000);
  const { PATH = '' } = process.env;
  const env = { PATH, TERM: 'xterm', REDIS_URL: `unix://${kit.socket}`, LEDGER: reskue.folder };
  const command = `exec ${process.execPath} ${bin} work -q a --processes 2 -r ${program('jobs.mjs')}`;
  const child = spawn(pseudoTerminal, ['-qec', command, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  await until(() => readLedger(reskue.folder).length === 2, { timeoutMs: 15_000 });
  return { child, text: () => shown };
}

test('Ctrl-C reaches a fleet once: jobs go back at once, and nobody is hurried past that', async () => {
  const { child, text } = await atTerminal();
  child.stdin?.write('\u0003');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(130);
  expect(await kit.redis.llen('resque:queue:a')).toBe(3);
  expect(await kit.redis.smembers('resque:workers')).toEqual([]);
  expect(text()).toContain('ending now');
  expect(text()).not.toContain('is killed');
});

test('Ctrl-Z quiets it', async () => {
  const { child, text } = await atTerminal();
  child.stdin?.write('\u001a');
  await until(() => text().includes('quiet: no more jobs are claimed until SIGCONT'));
  child.stdin?.write('\u0003');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(130);
});
