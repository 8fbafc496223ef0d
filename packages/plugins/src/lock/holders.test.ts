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
  const value = `1764363410.${first.holdersOf('L')}${one}`;
  expect(second.isOver(value, 'L')).toBe(false);
  second.ends(one);
  expect(first.isOver(value, 'L')).toBe(true);
  expect(first.isOver(value, 'M')).toBe(false);
  expect(first.isOver('1764363410', 'L')).toBe(false);
});
