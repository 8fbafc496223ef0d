#!/usr/bin/env node
// `npx reskue`: the command line is a package of its own, this is its door in the umbrella.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const manifest = createRequire(import.meta.url).resolve('@reskue/cli/package.json');
await import(pathToFileURL(join(dirname(manifest), 'dist/bin.js')).href);
