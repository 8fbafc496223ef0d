import type { Keys } from '../keys/keys.js';
import type { CycleAhead } from './cycle.js';
import type { ScriptArgument } from './define-script.js';
import { pushRuns } from './number-runs.js';

/** How many claims of each worker are done, and the numbers of all together: one after the other, whoever did them. */
export function pushDone(
  keys: Keys,
  done: CycleAhead['done'],
  toKeys: ScriptArgument[],
  toArgs: ScriptArgument[],
): void {
  const numbers: number[] = [];
  let counts = '';
  for (const { countedAs, claims } of done) {
    toKeys.push(keys.processedBy(countedAs));
    counts += ` ${claims.length}`;
    for (const claim of claims) numbers.push(claim);
  }
  toArgs.push(counts);
  const runsAt = toArgs.push(0) - 1;
  toArgs[runsAt] = pushRuns(numbers, toArgs);
}
