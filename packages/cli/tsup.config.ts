import { defineConfig } from 'tsup';

/** A program and not a library: ESM alone, each command's action in a chunk of its own, loaded when the command is run. */
export default defineConfig({
  entry: { bin: 'src/bin.ts', index: 'src/index.ts' },
  format: ['esm'],
  target: 'node20.19',
  platform: 'node',
  splitting: true,
  // Read with each start: one file is read faster than eight.
  noExternal: ['commander'],
  // Commander is CommonJS, and asks for Node's modules by require.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  sourcemap: true,
  clean: true,
  tsconfig: '../../tsconfig.build.json',
  // tsup sets `baseUrl`, which TypeScript 6 calls deprecated.
  dts: { entry: { index: 'src/index.ts' }, compilerOptions: { ignoreDeprecations: '6.0' } },
});
