import type { Keys } from '../keys/keys.js';
import type { CycleAhead } from './cycle.js';
import type { ScriptArgument } from './define-script.js';

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
  pushRuns(
    numbers.sort((one, other) => one - other),
    toArgs,
  );
}

/** Numbers as runs of such that follow each other. */
function pushRuns(numbers: readonly number[], toArgs: ScriptArgument[]): void {
  const countAt = toArgs.push(0) - 1;
  let runs = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const first = numbers[at] ?? 0;
    let last = first;
    while (numbers[at + 1] === last + 1) {
      last += 1;
      at += 1;
    }
    toArgs.push(first, last);
    runs += 1;
  }
  toArgs[countAt] = runs;
}
