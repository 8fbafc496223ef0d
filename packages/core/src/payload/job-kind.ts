import { frameOf } from './encode-job.js';

/** What stands around the args in the payloads of jobs of one class for one queue, as we write them. */
export interface JobKind {
  readonly opening: string;
  readonly closing: string;
  readonly queue: string;
}

/** The kind of a payload that names this queue and this class; undefined where it is written in any other way. */
export function kindOf(payload: string, queue: string, className: string): JobKind | undefined {
  for (const dialect of ['node', 'ruby'] as const) {
    const { before, after } = frameOf(dialect, queue, className, 'delayed');
    const [opening, closing] = [`${before}[`, `]${after}`];
    const isOfKind = payload.startsWith(opening) && payload.endsWith(closing);
    if (isOfKind && payload.length >= opening.length + closing.length) return { opening, closing, queue };
  }
  return undefined;
}
