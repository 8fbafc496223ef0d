#!/usr/bin/env node
// `npx reskue`: the command line is a package of its own, this is its door in the umbrella.
import '@reskue/cli/bin';
