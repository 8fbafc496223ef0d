import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** The layers, from the ground up. A package imports from the rows below its own, never from one beside it or above. */
const rows = [
  ['redis-server'], // knows nothing of Reskue
  ['core'], // the protocol
  ['queue', 'plugins'], // producers
  ['worker', 'scheduler'], // roles
  ['multi-worker'], // composition
  ['metrics', 'opentelemetry'], // what watches all of them
  ['cli', 'dashboard'], // doors for people
  ['reskue'], // the door to all of it, the command line included
];
const rowOf = (name: string) => rows.findIndex((row) => row.includes(name));
const isBelow = (name: string, from: string) =>
  name === from || (rowOf(name) >= 0 && rowOf(name) < rowOf(from));

/** The package that an import in `file` leads to: by name, or by a path that leaves the file's own package. */
const target = (file: string, specifier: string) =>
  specifier.startsWith('.')
    ? relative('packages', join(file, '..', specifier)).split('/')[0]
    : /^(?:@reskue\/([^/]+)|(reskue)(?:\/|$))/.exec(specifier)?.slice(1).find(Boolean);

interface Manifest {
  dependencies?: object;
  peerDependencies?: object;
}

/** Every way of naming a module counts: `import type`, `export from`, `import()` in values and in types, `require`. */
const specifiersOf = (file: string, text: string): string[] => {
  if (!file.endsWith('package.json'))
    return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  // A package.json has this shape, or pnpm would not have installed it.
  const manifest = JSON.parse(text) as Manifest;
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
};

/** The imports of a file that go beside or up. */
const strays = (file: string, text: string): string[] => {
  const from = file.split('/')[1] ?? '';
  return specifiersOf(file, text).filter((specifier) => {
    const name = target(file, specifier);
    const isTestsOwn = name === 'testkit' && /\.test(-d|-kit)?\.ts$/.test(file);
    return name !== undefined && !isTestsOwn && !isBelow(name, from);
  });
};

const sources = (folder: string) =>
  ts.sys.readDirectory(folder, ['.ts', 'package.json'], ['**/node_modules', '**/dist', '**/*.config.ts']);

test.each(readdirSync('packages'))('%s imports from lower rows only', (name) => {
  expect(rowOf(name), 'a package without a row: give it one above').toBeGreaterThanOrEqual(0);
  const all = sources(`packages/${name}`).flatMap((file) =>
    strays(file, readFileSync(file, 'utf8')).map((stray) => `${file}: ${stray}`),
  );
  expect(all, 'move it down, or mend the seam; what tests share is named x.test-kit.ts').toEqual([]);
});

test.each([
  ['packages/core/src/a.ts', `import type { Queue } from '@reskue/queue';`, '@reskue/queue'],
  ['packages/core/src/a.ts', `export { Worker } from 'reskue';`, 'reskue'],
  ['packages/queue/src/a.ts', `import { Retry } from '@reskue/plugins';`, '@reskue/plugins'],
  ['packages/queue/src/a.ts', `type W = import('@reskue/worker').Worker;`, '@reskue/worker'],
  ['packages/worker/src/a.ts', `const m = await import('@reskue/multi-worker');`, '@reskue/multi-worker'],
  [
    'packages/queue/src/a.ts',
    `import { w } from '../../worker/src/worker.js';`,
    '../../worker/src/worker.js',
  ],
  ['packages/worker/src/a.ts', `import { redisServer } from '@reskue/testkit';`, '@reskue/testkit'],
  ['packages/core/package.json', `{ "dependencies": { "@reskue/queue": "workspace:*" } }`, '@reskue/queue'],
])('in %s, %s is refused', (file, text, stray) => {
  expect(strays(file, text)).toEqual([stray]);
});

test('imports from lower rows, the own package and the world pass', () => {
  const text = `import a from '@reskue/core/protocol'; import b from './b.js'; import c from 'node:fs'; import 'ioredis';`;
  expect(strays('packages/worker/src/a.ts', text)).toEqual([]);
});
