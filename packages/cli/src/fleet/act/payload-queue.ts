import { decodeJob, rawMember } from '@reskue/core/protocol';

/**
 * The payload as a job of another queue: what stands behind its own `"queue":` is replaced, and all else is kept byte for
 * byte. A payload that names no queue (Ruby's do not) is left as it is.
 */
export function withQueue(payload: string, queue: string): string {
  const decoded = decodeJob(payload);
  if (!decoded.ok || typeof Reflect.get(JSON.parse(payload) as object, 'queue') !== 'string') return payload;
  const raw = rawMember(payload, 'queue');
  if (raw === null) return payload;
  // The place of the member itself, and not of a text that looks like it inside the args: it is the one that, replaced,
  // changes the queue alone.
  for (const found of payload.matchAll(/"queue"\s*:\s*/g)) {
    const start = found.index + found[0].length;
    if (!payload.startsWith(raw, start)) continue;
    const changed = payload.slice(0, start) + JSON.stringify(queue) + payload.slice(start + raw.length);
    const after = decodeJob(changed);
    if (after.ok && after.job.queue === queue && rawMember(changed, 'args') === rawMember(payload, 'args')) {
      return changed;
    }
  }
  return payload;
}
