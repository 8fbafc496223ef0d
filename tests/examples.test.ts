import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const folder = 'apps/examples';
const stories = readdirSync(folder).filter((name) => existsSync(`${folder}/${name}/main.mjs`));

/** Node runs an example as a user would: from the built packages, against a private server. */
const node = async (...args: string[]) => {
  expect(existsSync('packages/reskue/dist/index.js'), 'examples run from the build: npm run build').toBe(
    true,
  );
  return run(process.execPath, args, { env: { ...process.env, REDIS_URL: '' }, timeout: 60_000 });
};

test.concurrent.each(stories)('the story %s prints what it says', { timeout: 90_000 }, async (story) => {
  const { stdout, stderr } = await node(`${folder}/run.mjs`, story);
  expect(stdout).toBe(readFileSync(`${folder}/${story}/expected.txt`, 'utf8'));
  expect(stderr).toBe('');
});

test('the demo counts right', { timeout: 90_000 }, async () => {
  const { stdout } = await node(`${folder}/demo/demo.mjs`);
  expect(stdout).toContain('ok    processed: 1000');
  expect(stdout).not.toContain('WRONG');
});

test.each(stories)('the list of examples has %s', (story) => {
  expect(readFileSync(`${folder}/README.md`, 'utf8')).toContain(`[${story}](${story}/main.mjs)`);
});

test('the first program of the README is the example, and has 25 lines', () => {
  const program = readFileSync(`${folder}/first-program/main.mjs`, 'utf8');
  expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`js\n${program}\`\`\``);
  expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});
