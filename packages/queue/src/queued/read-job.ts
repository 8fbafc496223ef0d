import { decodeJob, type ParsedJob } from '@reskue/core/protocol';

/** A payload as the lists show it: what is no job is shown by its text as `raw`, under an empty class name. */
export function readJob(text: string, queue?: string): ParsedJob & { raw?: string } {
  const decoded = decodeJob(text, queue);
  return decoded.ok ? decoded.job : { class: '', queue: queue ?? '', args: [], raw: text };
}
