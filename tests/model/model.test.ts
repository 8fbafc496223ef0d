import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { checkModel } from './model-check.js';

const server = redisServer();
const runs = Number(process.env['MODEL_RUNS'] ?? 10_000);

test(
  'every job is in exactly one place after each step of 10,000 histories',
  { timeout: 600_000 },
  async () => {
    const { histories, counterexample } = await checkModel(server, { runs, lanes: 4 });
    expect(counterexample).toBeUndefined();
    expect(histories).toBeGreaterThanOrEqual(runs);
  },
);
