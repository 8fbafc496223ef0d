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
