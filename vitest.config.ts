import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** `import source from './x.lua'` gives the file's text, as the build's loader does. */
const luaAsText: Plugin = {
  name: 'lua-as-text',
  transform: (code, id) =>
    id.endsWith('.lua') ? { code: `export default ${JSON.stringify(code)};`, map: null } : undefined,
};

/** Packages are tested from their sources; nothing needs to be built first. */
const sources = [
  { find: /^@reskue\/testkit$/, replacement: `${root}tests/kit/src/index.ts` },
  { find: /^@reskue\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
  { find: /^@reskue\/([^/]+)\/([^/]+)$/, replacement: `${root}packages/$1/src/$2.ts` },
  { find: /^reskue$/, replacement: `${root}packages/reskue/src/index.ts` },
];

// The gate's machine may stand still for a second, or crawl for some. A test that fails there runs again, a while later, and
// the report names it; at a desk the first failure counts.
const again = (count: number) => ({ count: process.env.CI ? count : 0, delay: 2_000 });

export default defineConfig({
  test: {
    reporters: ['default', './scripts/tally-reporter.ts'],
    projects: [
      {
        plugins: [luaAsText],
        resolve: { alias: sources },
        test: {
          name: 'sources',
          include: ['packages/*/src/**/*.test.ts', '{apps,scripts,tests}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'tests/faults/**'],
          // Most of them wait for Redis or for a process most of the time.
          maxWorkers: 2,
          testTimeout: 15_000,
          retry: again(2),
        },
      },
      {
        // Real processes, run from the built packages: `pnpm test:faults`.
        test: {
          name: 'faults',
          include: ['tests/faults/{boundaries,load,rig}/*.test.ts'],
          // A file has many processes at work, and measures time: one after the other.
          maxWorkers: 1,
          testTimeout: 120_000,
          // Of minutes each.
          retry: again(1),
        },
      },
    ],
  },
});
