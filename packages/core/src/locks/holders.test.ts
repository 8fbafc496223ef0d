import { expect, test, vi } from 'vitest';
import * as first from './holders.js';

test('two copies of the package number their holders together, and know of each other’s', async () => {
  vi.resetModules();
  const second = await import('./holders.js');
  expect(second.newHolders).not.toBe(first.newHolders);
  const [one, other] = [first.newHolders(3), second.newHolders(1)];
  expect(other).toBe(one + 3);
  expect(second.holdersOf('L')).toBe(first.holdersOf('L'));
  first.begins(one);
  expect(second.isHolding(one)).toBe(true);
  second.ends(one);
  expect(first.isHolding(one)).toBe(false);
});

test('a claim holds its lock under the same text in every thread of its process', async () => {
  const here = first.claimHolders('L');
  // Another thread has none of what this one keeps for its copies of the package.
  const kept = Object.getOwnPropertyDescriptor(globalThis, Symbol.for('reskue.holders'))?.value as object;
  const numberer = vi.spyOn(kept as { numberer: string }, 'numberer', 'get').mockReturnValue('123456');
  vi.resetModules();
  const there = await import('./holders.js');
  numberer.mockRestore();
  expect(there.holdersOf('L')).not.toBe(first.holdersOf('L'));
  expect(there.claimHolders('L')).toBe(here);
});
