import type { CycleAhead } from '../scripts/cycle.js';
import type { ScriptArgument } from '../scripts/define-script.js';

/**
 * Appends what `cycle.lua` reads of what is to come along with claims made ahead. Gives of how many classes. The keys that it
 * puts together are none of its KEYS: where Redis refuses them, the claims stand, and whoever needs something asks for it.
 */
export function pushNeeds({ needs = [] }: CycleAhead, toArgs: ScriptArgument[]): number {
  if (needs.length === 0) return 0;
  // All locks of a call last as long.
  const ttlMs = needs.find(({ lock }) => lock)?.lock?.ttlMs ?? 0;
  toArgs.push(Math.ceil(ttlMs));
  for (const { head, lock, retries } of needs)
    toArgs.push(head, lock?.front ?? '', retries?.counters ?? '', retries?.sign ?? '');
  return needs.length;
}
