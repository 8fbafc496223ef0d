import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServer } from '@reskue/testkit';
import { afterAll, expect, test } from 'vitest';
import { constant, docsLines, furnish, runDocsLine } from './docs-lines.test-kit.js';
import { reskue } from './run-cli.js';

const server = redisServer();
const folder = mkdtempSync(join(tmpdir(), 'reskue-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const page = readFileSync('docs/cli.md', 'utf8');

test('every command line of docs/cli.md prints what the page says', { timeout: 120_000 }, async () => {
  const env = { ...furnish(folder), REDIS_URL: `unix://${server.socket}` };
  const lines = docsLines(page);
  expect(lines.length).toBeGreaterThan(30);
  const differing: object[] = [];
  for (const { line, printed } of lines) {
    const text = await runDocsLine(line, folder, env);
    if (constant(text) !== constant(printed)) differing.push({ line, printed, text });
  }
  expect(differing).toEqual([]);
});

test('the page tells of every command', async () => {
  const { stdout } = await reskue(['completion', 'bash']);
  const names = /words="(status .*|.* status .*)"/.exec(stdout)?.[1]?.split(' ') ?? [];
  expect(names.length).toBeGreaterThan(25);
  const isTold = (name: string) => page.includes(`reskue ${name}`) || page.includes(`\`${name}\``);
  expect(names.filter((name) => name !== 'help' && !isTold(name))).toEqual([]);
});
