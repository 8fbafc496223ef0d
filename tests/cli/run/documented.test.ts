import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { freePort } from './free-port.test-kit.js';
import { bin, commandRunner, type RunningCommand } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));

const page = readFileSync('docs/processes.md', 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const onPage = blocks.flatMap((text) => [...text.matchAll(/^reskue (.*)$/gm)].map(([, line = '']) => line));
const inHelp = ['work', 'schedule', 'dev'].flatMap((name) => {
  const help = execFileSync(process.execPath, [bin, name, '--help'], { encoding: 'utf8' });
  return [...help.matchAll(/^ {2}\$ reskue (.*)$/gm)].map(([, line = '']) => line);
});
/** What ends by itself has a test of its own. */
const lines = [...new Set([...onPage, ...inHelp])].filter((line) => !/^(health|demo)/.test(line));

const modules: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'jobs.js': 'export default { one: () => 1 };',
  'jobs.ts': 'export default { one: (): number => 1 };',
  'mail.ts': 'export const mail = { perform: (to: string) => to };',
  'images.ts': 'export const resize = { perform: (width: number) => width };',
  'schedules.js': `export const schedules = { nightly: { cron: '0 3 * * *', class: 'one', queue: 'low' } };`,
};

const begins = ({ log }: RunningCommand): boolean =>
  log.some(({ msg }) => msg === 'working' || msg === 'scheduling');

test('the page and the help have examples', () => {
  expect(lines.length).toBeGreaterThanOrEqual(6);
});

test.each(lines)('reskue %s', { timeout: 40_000 }, async (line) => {
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(reskue.folder, name), text);
  const args = line.replace('8080', String(await freePort())).split(' ');
  const command = reskue(args);
  await until(() => begins(command), { timeoutMs: 20_000 });
  command.kill('SIGTERM');
  expect(await command.exited).toBe(0);
});
