import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from '@reskue/queue';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { commandRunner, type RunningCommand } from './running-command.test-kit.js';

const reskue = commandRunner(() => ({}));
const slow = { timeoutMs: 20_000 };

const write = (name: string, text: string): void => writeFileSync(join(reskue.folder, name), text);
const jobsThat = (verb: string): string =>
  `import { word } from './words.js';\nexport default { say: { perform: async (text: string) => { throw new Error(\`${verb} \${text} \${word}\`); } } };\n`;
const urlOf = async (dev: RunningCommand): Promise<string> =>
  until(() => /REDIS_URL=(redis:\/\/127\.0\.0\.1:\d+)/.exec(dev.stdout)?.[1], slow);

test('jobs in TypeScript run while they are written', { timeout: 60_000 }, async () => {
  write('package.json', '{ "type": "module" }');
  write('words.ts', `export const word: string = 'first';\n`);
  write('jobs.ts', jobsThat('says'));
  const dev = reskue(['dev', '-r', 'jobs.ts']);
  const url = await urlOf(dev);
  await dev.logged('working', slow);
  await using queue = new Queue({ connection: { url } });
  await queue.connect();
  const told = async (text: string): Promise<void> => {
    await queue.enqueue('a', 'say', ['it']);
    await until(() => dev.stdout.includes(text), slow);
  };
  await told('says it first');
  // What the module imports counts, too.
  write('words.ts', `export const word: string = 'second';\n`);
  await dev.logged('rolling restart done', slow);
  await told('says it second');
  // A file that does not load changes nothing.
  write('jobs.ts', 'export default {');
  await dev.logged('the new process does not work: the old ones stay', slow);
  await told('says it second');
  write('jobs.ts', jobsThat('shouts'));
  await dev.logged('rolling restart done', { count: 2, ...slow });
  await told('shouts it second');
  // There is a scheduler, too.
  await queue.enqueueIn(200, 'a', 'say', ['late']);
  await until(() => dev.stdout.includes('shouts late second'), slow);
  // A new folder is watched.
  mkdirSync(join(reskue.folder, 'more'));
  let writtenAt = 0;
  await until(() => {
    // It is seen once there is quiet after it.
    if (Date.now() - writtenAt > 300) {
      writtenAt = Date.now();
      write('more/new.ts', `export const now = ${writtenAt};\n`);
    }
    return dev.log.some(({ why }) => String(why).includes('more/new.ts'));
  }, slow);
  dev.kill('SIGINT');
  expect(await dev.exited).toBe(130);
  // The private server is gone with it.
  await expect(fetch(url.replace('redis:', 'http:'))).rejects.toThrow();
});

test('code that does not load at first is waited for', { timeout: 60_000 }, async () => {
  write('jobs.mjs', 'export default {');
  const dev = reskue(['dev', '-r', 'jobs.mjs']);
  await until(() => dev.stderr.includes('jobs.mjs could not be loaded'), slow);
  write('jobs.mjs', 'export default { ok: async () => 1 };');
  await dev.logged('working', slow);
  dev.kill('SIGTERM');
  expect(await dev.exited).toBe(0);
});

test('a missing file is told at once', async () => {
  const dev = reskue(['dev', '-r', 'nowhere.ts']);
  expect(await dev.exited).toBe(2);
  expect(dev.stderr).toContain('no file nowhere.ts');
});
