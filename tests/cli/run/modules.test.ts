import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Queue } from '@reskue/queue';
import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { commandRunner } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));

const write = (name: string, text: string): void => {
  const file = join(reskue.folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const wrong: [what: string, text: string, message: RegExp][] = [
  ['a file that throws', `throw new Error('no database');`, /x\.mjs could not be loaded: Error: no database/],
  ['a file with a slip', `export default {`, /x\.mjs could not be loaded: SyntaxError/],
  ['a file without exports', `1;`, /x\.mjs has no jobs \(it exports nothing\): export default/],
  ['other exports', `export const port = 5; export class A {}`, /has no jobs \(it exports A, port\)/],
  ['a member that is no job', `export default { a: () => 1, b: 5 };`, /b of its default export is no job/],
  [
    'an unknown plugin',
    `export default { a: { plugins: ['Nope'], perform() {} } };`,
    /job "a" in x\.mjs: No plugin is registered as "Nope"/,
  ],
];

test.each(wrong)('%s is refused with 2, and told', async (_what, text, message) => {
  write('x.mjs', text);
  const work = reskue(['work', '-r', 'x.mjs', '--once']);
  expect(await work.exited).toBe(2);
  expect(work.stderr).toMatch(message);
});

test('two modules with one job are refused, and both are named', async () => {
  write('a.mjs', 'export default { add: () => 1 };');
  write('b.mjs', 'export default { add: () => 2 };');
  const work = reskue(['work', '-r', 'a.mjs', '-r', 'b.mjs']);
  expect(await work.exited).toBe(2);
  expect(work.stderr).toContain('job "add" is in a.mjs and in b.mjs');
});

test.each([
  [['work'], /which jobs\? -r jobs\.js/],
  [
    ['work', '-r', 'x.mjs', '--max-memory', 'much'],
    /--max-memory: expected a size such as 512mb, got "much"/,
  ],
  [['work', '-r', 'x.mjs', '--once', '--drain'], /--once or --drain, not both/],
  [['work', '-r', 'x.mjs', '--once', '--processes', '2'], /--once: not with --processes/],
  [['work', '-r', 'x.mjs', '-c', '2', '--max', '3'], /--concurrency, or --min and --max/],
  [['work', '-r', 'x.mjs', '--min', '4', '--max', '3'], /--min must not be more than --max/],
  [['work', '-r', 'x.mjs', '--lease', '5ms'], /"lease"/],
  [['work', '-r', 'x.mjs', '--log-level', 'loud'], /--log-level: expected trace, .*got "loud"/],
  [['work', '-r', 'x.mjs', '--health-port', 'x'], /--health-port: expected an integer/],
])('%j is refused with 2', async (args, message) => {
  write('x.mjs', 'export default { a: () => 1 };');
  const command = reskue(args);
  expect(await command.exited).toBe(2);
  expect(command.stderr).toMatch(message);
});

test('jobs come from modules of every kind', { timeout: 30_000 }, async () => {
  write('package.json', '{ "type": "module" }');
  write('default.js', 'export default { one: { perform: async () => 1 }, two: async () => 2 };');
  write('named.mjs', `export const three = { perform: () => 3 };\nexport const helper = () => {};`);
  write('common.cjs', 'module.exports = { four: { perform: async () => 4 } };');
  write(
    'several.ts',
    `export const mail = { five: { perform: async (to: string): Promise<string> => to } };`,
  );
  write('compiled.cjs', `exports.__esModule = true;\nexports.default = { six: { perform: () => 6 } };`);
  write('classy.mjs', 'class Jobs { seven() { return 7; } }\nexport default new Jobs();');
  write('node_modules/our-jobs/package.json', '{ "name": "our-jobs", "type": "module", "main": "index.js" }');
  write(
    'node_modules/our-jobs/index.js',
    `export default { eight: { plugins: ['Noop', 'Retry'], perform: () => 8 } };`,
  );
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
  for (const name of names) await queue.enqueue('a', name, ['x']);
  const files = [
    'default.js',
    './named.mjs',
    'common.cjs',
    'several.ts',
    'compiled.cjs',
    'classy.mjs',
    'our-jobs',
  ];
  const work = reskue(['work', '--drain', ...files.flatMap((file) => ['-r', file])]);
  expect(await work.exited).toBe(0);
  expect(work.log.flatMap(({ msg, job }) => (msg === 'done' ? [job] : []))).toEqual(names);
});

test('schedules come from modules, too, and a wrong one is refused', { timeout: 30_000 }, async () => {
  write('jobs.mjs', `export default { tick: { perform: () => 1 } };`);
  write('schedules.mjs', `export default { often: { every: '1s', class: 'tick', queue: 'a' } };`);
  write(
    'wrong.mjs',
    `export const schedules = { never: { cron: '61 * * * *', class: 'tick', queue: 'a' } };`,
  );
  const schedule = reskue(['schedule', '-r', 'jobs.mjs', '-r', 'schedules.mjs']);
  expect(await schedule.logged('scheduling')).toMatchObject({ schedules: 1 });
  const work = reskue(['work', '-r', 'jobs.mjs']);
  await work.logged('done', { count: 2 });
  schedule.kill('SIGTERM');
  expect(await schedule.exited).toBe(0);
  const refused = reskue(['schedule', '-r', 'wrong.mjs']);
  expect(await refused.exited).toBe(2);
  expect(refused.stderr).toContain('61');
});
