#!/usr/bin/env node
// `npx reskue`: the command line is a package of its own, this is its door in the umbrella.
const manifest = import.meta.resolve('@reskue/cli/package.json');
await import(new URL('dist/bin.js', manifest).href);
