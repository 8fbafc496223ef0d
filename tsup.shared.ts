import { defineConfig } from 'tsup';

/** The one build of every package: ESM and CommonJS, types for both, Lua inside the bundle. */
export const library = (...entry: string[]) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20.19',
    platform: 'node',
    // Also in CommonJS: the doors of one package share one copy of their classes.
    splitting: true,
    sourcemap: true,
    clean: true,
    loader: { '.lua': 'text' },
    tsconfig: '../../tsconfig.build.json',
    // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  });
