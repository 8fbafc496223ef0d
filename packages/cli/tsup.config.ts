import { defineConfig } from 'tsup';
import { library } from '../../tsup.shared.js';

/** The program: ESM alone, each command's action in a chunk of its own, loaded when the command is run. */
const program = defineConfig({
  entry: { bin: 'src/bin.ts' },
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
  // Not the door, which is built at the same time.
  clean: ['!index.*'],
  tsconfig: '../../tsconfig.build.json',
});

/** The door for configuration files: `defineConfig`. */
const door = Object.assign(library('src/index.ts'), { clean: false });

export default [program, door].flat();
