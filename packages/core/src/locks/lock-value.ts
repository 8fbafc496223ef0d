import { createHash, randomInt } from 'node:crypto';

/**
 * What a lock of ours holds: the epoch second after which it has lapsed, as node-resque writes it, and as the fraction of
 * that number who holds it. Whoever reads it as a number, and looks for a second, finds what a neighbour would have written.
 *
 * A holder is 15 digits for the lease, or for the process where there is none, 6 of whoever numbers the holders, and a number;
 * where the lock came along with a claim made ahead, seven `0` and the claim's.
 */
export interface LockValue {
  second: string;
  /** The digits for the lease or the process; null where the lock is a neighbour's. */
  mark: string | null;
  /** The digits of the holder behind them. */
  number: string;
}

const markLength = 15;

/** Reads the value of any lock; a text that is none of ours is given back whole. */
export function readLockValue(value: string): LockValue {
  const [, second, mark = null, number = ''] = /^(\d+)\.(\d{15})(\d{6,})$/.exec(value) ?? [];
  return second === undefined ? { second: value, mark: null, number: '' } : { second, mark, number };
}

/** The process has one lease mostly, and each job takes a lock under it. */
let lastMark = { leaseId: '', mark: '' };

/** A lease in digits: the first 48 bits of the SHA-1 of its id. */
export function leaseMark(leaseId: string): string {
  if (leaseId !== lastMark.leaseId) {
    const bits = createHash('sha1').update(leaseId).digest('hex').slice(0, 12);
    lastMark = { leaseId, mark: String(Number.parseInt(bits, 16)).padStart(markLength, '0') };
  }
  return lastMark.mark;
}

/** Digits for a process that takes locks under no lease: the first one is greater than that of any lease. */
export const newProcessMark = (): string => `9${digits(7)}${digits(7)}`;

/** Digits for one that numbers holders: there may be several in a process. */
export const newNumberer = (): string => digits(6);

/** Whether these digits are for no lease. */
export const isProcessMark = (mark: string): boolean => mark.startsWith('9');

const digits = (count: number): string => String(randomInt(10 ** count)).padStart(count, '0');
