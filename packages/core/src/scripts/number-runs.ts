import type { ScriptArgument } from './define-script.js';

/** Appends numbers as runs of such that follow each other, the first and the last of each; gives in how many. Sorts them. */
export function pushRuns(numbers: number[], toArgs: ScriptArgument[]): number {
  if (!isSorted(numbers)) numbers.sort((one, other) => one - other);
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
  return runs;
}

/** Mostly they are: jobs that begin in their order end in it. */
function isSorted(numbers: readonly number[]): boolean {
  for (let at = 1; at < numbers.length; at += 1)
    if ((numbers[at] as number) < (numbers[at - 1] as number)) return false;
  return true;
}
