import { defineConfig } from 'vitest/config';

// Runs by `pnpm soak` only: it takes as long as it is told to.
export default defineConfig({
  test: {
    name: 'soak',
    include: ['tests/faults/soak/*.test.ts'],
    testTimeout: 24 * 3_600_000,
    reporters: ['default', './scripts/tally-reporter.ts'],
  },
});
