import { decodeFailure, decodeJob, parseTime, rawMember } from '@reskue/core/protocol';
import { hashOf, jobEntry, type JobEntry } from './job-entry.js';

/** An entry of `failed` as the listings show it. */
export interface FailureEntry extends JobEntry {
  exception: string | null;
  error: string | null;
  worker?: string;
  /** ISO; null when it can not be read. */
  failedAt: string | null;
  /** ISO; Ruby leaves an entry that was retried where it is, and says so. */
  retriedAt?: string;
}

/** Where a failed job goes back to, and its payload byte for byte; null when the entry holds none. */
export interface FailedJob {
  readonly queue: string;
  readonly payload: string;
}

/** An entry of any writer's, in any shape. */
export function failureEntry(text: string): FailureEntry {
  const decoded = decodeFailure(text);
  if (!decoded.ok) {
    return {
      id: hashOf(text),
      state: 'failed',
      queue: null,
      class: null,
      args: null,
      exception: null,
      error: null,
      failedAt: null,
      raw: text,
      reason: decoded.reason,
    };
  }
  // Only that it is an object is sure: every member may be anything.
  const members = Object.entries(decoded.failure) as [string, unknown][];
  const member = (name: string) => members.find(([key]) => key === name)?.[1];
  const queue = textOf(member('queue'));
  const payload = payloadOf(text, member('payload'));
  const job = payload === null ? undefined : jobEntry(payload, 'failed', queue ?? undefined);
  const retriedAt = isoOf(member('retried_at'));
  const worker = textOf(member('worker'));
  return {
    ...(job ?? { id: hashOf(text), state: 'failed', queue: null, class: null, args: null }),
    queue: queue ?? job?.queue ?? null,
    exception: textOf(member('exception')),
    error: textOf(member('error')),
    ...(worker !== null && { worker }),
    failedAt: isoOf(member('failed_at')) ?? null,
    ...(retriedAt !== undefined && { retriedAt }),
  };
}

export function failedJob(text: string): FailedJob | null {
  const decoded = decodeFailure(text);
  if (!decoded.ok) return null;
  const { queue, payload: member }: { queue?: unknown; payload?: unknown } = decoded.failure;
  const payload = payloadOf(text, member);
  if (payload === null) return null;
  const job = decodeJob(payload);
  const inside: unknown = job.ok ? job.job.queue : undefined;
  const target = typeof queue === 'string' && queue !== '' ? queue : inside;
  return typeof target === 'string' && target !== '' ? { queue: target, payload } : null;
}

/** A string is the payload of a job that was no JSON; anything else stands there as it was. */
function payloadOf(text: string, member: unknown): string | null {
  if (typeof member === 'string') return member;
  return member == null ? null : rawMember(text, 'payload');
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : value == null ? null : JSON.stringify(value);

function isoOf(value: unknown): string | undefined {
  const ms = parseTime(value);
  return ms === undefined || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString();
}

/** What is the same in messages that differ by numbers, ids and texts in quotes only. */
export function fingerprint(message: string | null): string {
  return (message ?? '')
    .slice(0, 300)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,27}\b/gi, '<id>')
    .replace(/"[^"]*"|'[^']*'/g, '<text>')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>')
    .replace(/\d+(\.\d+)?/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim();
}
