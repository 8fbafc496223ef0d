import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { buildInputs, fingerprint, installInputs } from './fingerprint.mjs';

let copy = '';

const write = (folder: string, files: string[]) => {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `the first ${file}`);
  }
};

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'reskue-fingerprint-test-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  write(copy, ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsup.shared.ts']);
  write(copy, [
    'tsconfig.base.json',
    'tsconfig.build.json',
    'apps/demo/package.json',
    'tests/kit/package.json',
  ]);
  for (const name of ['core', 'queue'])
    write(
      copy,
      ['package.json', 'tsup.config.ts', 'src/index.ts'].map((file) => `packages/${name}/${file}`),
    );
});

const built = () => fingerprint(copy, buildInputs(copy));
const installed = () => fingerprint(copy, installInputs(copy));

test('the same files give the same print, wherever they are', () => {
  const other = `${copy}-moved`;
  cpSync(copy, other, { recursive: true });
  onTestFinished(() => rmSync(other, { recursive: true }));
  expect(fingerprint(other, buildInputs(other))).toBe(built());
});

test.each(['packages/core/src/new-file.ts', 'packages/core/src/index.ts', 'tsup.shared.ts'])(
  'a change of %s asks for a build, not for an installation',
  (file) => {
    const before = [built(), installed()];
    writeFileSync(join(copy, file), '// changed');
    expect(built()).not.toBe(before[0]);
    expect(installed()).toBe(before[1]);
  },
);

test('a test is no part of the build', () => {
  const before = built();
  writeFileSync(join(copy, 'packages/core/src/any.test.ts'), '');
  expect(built()).toBe(before);
});

test.each(['pnpm-lock.yaml', 'packages/queue/package.json'])('a change of %s asks for both', (file) => {
  const before = [built(), installed()];
  writeFileSync(join(copy, file), '{}');
  expect(built()).not.toBe(before[0]);
  expect(installed()).not.toBe(before[1]);
});
