import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { beforeEach, expect, test } from 'vitest';
import { readLedger } from './ledger.test-kit.js';
import { bin, commandRunner, program } from './running-command.test-kit.js';

const kit = redisServer();
const urlWith = (password: string): string => `unix://worker:${password}@${kit.socket}`;
const reskue = commandRunner(() => ({ REDIS_URL: urlWith('correct-horse') }));
beforeEach(async () => {
  await kit.redis.acl('SETUSER', 'worker', 'on', '>correct-horse', '~*', '&*', '+@all');
});
const jobs = program('jobs.mjs');

/** Of util-linux. */
const pseudoTerminal = 'script';

async function enqueue(...calls: [name: string, ...args: unknown[]][]): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (const [name, ...args] of calls) await queue.enqueue('a', name, args);
}

test('a process tells of one that died, and whose jobs it took back', async () => {
  await enqueue(['succeed', 'first', 60_000]);
  const doomed = reskue(['work', '-r', jobs, '--lease', '1s']);
  await until(() => readLedger(reskue.folder).length === 1, { timeoutMs: 10_000 });
  doomed.kill('SIGKILL');
  const heir = reskue(['work', '-r', jobs, '--lease', '1s']);
  expect(await heir.logged('a process died: its jobs were taken back')).toMatchObject({
    lease: expect.stringContaining(`${doomed.pid}@`),
    requeued: 1,
    failed: 0,
  });
});

test('each job has a line with what an operator needs, and its args at debug only', async () => {
  await enqueue(['succeed', 'secret-one'], ['fail', 'secret-two'], ['retried', 'secret-three']);
  const work = reskue(['work', '-r', jobs, '--drain']);
  expect(await work.exited).toBe(4);
  const line = { queue: 'a', worker: expect.stringMatching(/^[^:]+:\d+\+1$/) };
  expect(work.log).toContainEqual(
    expect.objectContaining({ ...line, msg: 'done', job: 'succeed', ms: expect.any(Number) }),
  );
  expect(work.log).toContainEqual(
    expect.objectContaining({ ...line, msg: 'failed', job: 'fail', code: 'E_BROKEN', level: 50 }),
  );
  expect(work.log).toContainEqual(
    expect.objectContaining({ ...line, msg: 'failed, will be tried again', job: 'retried', level: 40 }),
  );
  expect(work.log.some(({ msg, job }) => msg === 'done' && job === 'retried')).toBe(false);
  expect(work.stdout).not.toContain('"args"');
  expect(work.stdout).not.toContain('"stack"');

  await enqueue(['succeed', 'told'], ['fail', 'told']);
  const verbose = reskue(['work', '-r', jobs, '--drain'], { VERBOSE: '1' });
  await verbose.exited;
  expect(verbose.log).toContainEqual(
    expect.objectContaining({ msg: 'begun', job: 'succeed', args: ['told'] }),
  );
  expect(verbose.log).toContainEqual(
    expect.objectContaining({ msg: 'failed', stack: expect.stringContaining('jobs.mjs') }),
  );
});

test('LOG_LEVEL leaves out what is less', async () => {
  await enqueue(['succeed', 'x'], ['fail', 'y']);
  const work = reskue(['work', '-r', jobs, '--drain'], { LOG_LEVEL: 'error', VERBOSE: '1' });
  await work.exited;
  expect(work.log.map(({ msg }) => msg)).toEqual(['failed']);
});

test('a password is in no line, neither of the worker nor of one that cannot connect', async () => {
  const away = reskue(['work', '-r', jobs], { REDIS_URL: 'redis://user:correct-horse@127.0.0.1:1' });
  await away.logged('waiting for Redis');
  const refused = reskue(['work', '-r', jobs], { REDIS_URL: urlWith('wrong-horse') });
  expect(await refused.exited).toBe(5);
  expect(refused.stderr).toContain('refused the login');
  const work = reskue(['work', '-r', jobs], { VERBOSE: '1' });
  await work.logged('working');
  for (const { stdout, stderr } of [away, refused, work]) expect(`${stdout}${stderr}`).not.toContain('horse');
});

test('on a terminal lines are for the eye', async () => {
  await enqueue(['succeed', 'x'], ['fail', 'y']);
  const { PATH = '' } = process.env;
  const env = { PATH, TERM: 'xterm', REDIS_URL: urlWith('correct-horse'), LEDGER: reskue.folder };
  const command = `${process.execPath} ${bin} work --drain -r ${jobs}`;
  const child = spawn(pseudoTerminal, ['-qec', command, '/dev/null'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(4);
  // eslint-disable-next-line no-control-regex -- the colours of the terminal
  const plain = text.replace(/\u001b\[\d+m/g, '');
  expect(text).toContain('\u001b[32minfo ');
  expect(plain).toMatch(/^\d\d:\d\d:\d\d info {2}done job=succeed queue=a worker=\S+ ms=\d+\r$/m);
  expect(plain).toMatch(/error failed Error: y fails job=fail queue=a .*code=E_BROKEN/);
});
