import { defineConfig } from 'tsup';

/** `src/index.ts` is built as `index`. */
const named = (entry: string | Record<string, string>): Record<string, string> =>
  typeof entry === 'string' ? { [entry.replace(/^src\/|\.ts$/g, '')]: entry } : entry;

/** The one build of every package, of these files by the names they get: ESM and CommonJS, types for both, Lua inside. */
export const library = (...entry: (string | Record<string, string>)[]) =>
  defineConfig({
    entry: Object.assign({}, ...entry.map(named)) as Record<string, string>,
    format: ['esm', 'cjs'],
    target: 'node20.19',
    platform: 'node',
    // Also in CommonJS: the doors of one package share one copy of their classes.
    splitting: true,
    // `import.meta.url` in CommonJS.
    shims: true,
    sourcemap: true,
    clean: true,
    loader: { '.lua': 'text' },
    tsconfig: '../../tsconfig.build.json',
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  });
