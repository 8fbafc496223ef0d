import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { checkModel } from './model-check.js';
import { plantedFaults } from './planted-faults.js';

const server = redisServer();

test.each(Object.entries(plantedFaults))('the model finds %s', { timeout: 300_000 }, async (_, mutations) => {
  const { counterexample } = await checkModel(server, { runs: 10_000, lanes: 1, mutations });
  expect(counterexample).toMatch(/ is lost: | is in .* and in | should have left\n/);
});
