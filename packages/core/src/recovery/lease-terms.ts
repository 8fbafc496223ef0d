import { hostname } from 'node:os';

/** What a process promises and asks for: how long it may be silent, and what becomes of its jobs if it is longer. */
export interface LeaseTerms {
  leaseMs: number;
  recovery: 'requeue' | 'fail';
  maxRecoveries: number;
}

const defaults: LeaseTerms = { leaseMs: 10_000, recovery: 'requeue', maxRecoveries: 3 };

/**
 * The `terms` field of a lease, for whoever has to reap it. Its origin is told along; so it is longer than 64 bytes, and
 * Redis keeps the hash as a table from the start, in which a hundred workers are found as fast as one.
 * `blockedMs`: for how long its event loop has not turned.
 */
export const encodeLeaseTerms = ({ leaseMs, recovery, maxRecoveries }: LeaseTerms, blockedMs = 0): string =>
  JSON.stringify({
    leaseMs,
    recovery,
    maxRecoveries,
    ...(blockedMs > 0 ? { blockedMs } : {}),
    host: hostname(),
    pid: process.pid,
    node: process.version,
  });

/** Reads the terms of any process; what is not there is as by default. */
export function decodeLeaseTerms(text: string): LeaseTerms {
  try {
    // A process of another version may have written it: every member may be anything.
    const given = JSON.parse(text) as Record<keyof LeaseTerms, unknown> | null;
    return {
      leaseMs: numberOr(given?.leaseMs, defaults.leaseMs),
      recovery: given?.recovery === 'fail' ? 'fail' : 'requeue',
      maxRecoveries: numberOr(given?.maxRecoveries, defaults.maxRecoveries),
    };
  } catch {
    return defaults;
  }
}

/** For how many ms the event loop of a process has been blocked, by the terms of its lease; 0 when it is not. */
export function decodeBlockedMs(text: string): number {
  try {
    return numberOr((JSON.parse(text) as { blockedMs?: unknown } | null)?.blockedMs, 0);
  } catch {
    return 0;
  }
}

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && value >= 0 ? value : otherwise;
