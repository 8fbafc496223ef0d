import { expect, test } from 'vitest';
import { RememberedJob } from './remembered-job.js';

test.each([
  [['a', 1, true, null], '["a",1,true,null]'],
  [[{ a: [1] }, 'b'], '[{"a":[1]},"b"]'],
  [[], '[]'],
])('%j is told as it was before the job ran', (args: unknown[], text) => {
  const job = new RememberedJob('job', 'q', args);
  if (typeof args[0] === 'object') ((args[0] as { a: unknown[] } | null)?.a ?? []).push(2);
  args[1] = 'changed';
  args.push('more');
  expect(job.argsText).toBe(text);
  expect(job.argsText).toBe(text);
});
