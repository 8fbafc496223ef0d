import { expect, test } from 'vitest';
import { BroughtLocks, forgetBrought, type BroughtLock } from './brought-locks.js';
import { doesYield } from './does-yield.js';
import { begins, claimHolders, ends, holdersOf, newHolders } from './holders.js';

const ofClaim = (claim: number): string => `1764363410${claimHolders('L')}${claim}`;

interface Lock extends BroughtLock {
  state: BroughtLock['state'];
  hasLost: boolean;
}

const lock = (claim: number, state: Lock['state']): Lock => ({
  claim,
  state,
  hasLost: false,
  lose() {
    this.hasLost = true;
  },
});

test('a holder yields when its job ended here; of a lock of anybody else nothing is known', () => {
  const number = newHolders(1);
  const value = `1764363410.${holdersOf('L')}${number}`;
  begins(number);
  expect(doesYield(value, 'L')).toBe(false);
  ends(number);
  expect(doesYield(value, 'L')).toBe(true);
  expect(doesYield(value, 'M')).toBe(false);
  expect(doesYield('1764363410', 'L')).toBe(false);
});

test('a claim’s lock is its job’s while that runs, before and after that it is whose who asks', () => {
  const brought = new BroughtLocks('L', 7, 3);
  const locks = [lock(7, 'begun'), lock(8, 'waiting'), lock(9, 'over')];
  brought.answered(locks);
  expect([7, 8, 9].map((claim) => doesYield(ofClaim(claim), 'L'))).toEqual([false, true, true]);
  expect(locks.map(({ hasLost }) => hasLost)).toEqual([false, true, false]);
});

test('a lock whose claim is on its way here is lost when it comes', () => {
  const brought = new BroughtLocks('L', 17, 2);
  new BroughtLocks('L', 19, 1);
  expect(doesYield(ofClaim(18), 'L')).toBe(true);
  const locks = [lock(17, 'waiting'), lock(18, 'waiting')];
  brought.answered(locks);
  expect(locks.map(({ hasLost }) => hasLost)).toEqual([false, true]);
});

test('what nobody knows of any more yields: all are over, none came, or the lease is lost', () => {
  const brought = new BroughtLocks('L', 30, 2);
  brought.answered([lock(30, 'begun'), lock(31, 'begun')]);
  brought.ended();
  expect(doesYield(ofClaim(30), 'L')).toBe(false);
  brought.ended();
  expect(doesYield(ofClaim(30), 'L')).toBe(true);
  new BroughtLocks('L', 32, 1).answered([]);
  expect(doesYield(ofClaim(32), 'L')).toBe(true);
  new BroughtLocks('L', 33, 1).answered([lock(33, 'begun')]);
  expect(doesYield(ofClaim(33), 'L')).toBe(false);
  forgetBrought('L');
  expect(doesYield(ofClaim(33), 'L')).toBe(true);
});
