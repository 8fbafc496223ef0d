import { parseTime, rubyStarted } from '@reskue/core/protocol';

/**
 * The time of a last run as Ruby's scheduler writes it (`2026-11-22 08:20:44 +0000`), but for the zone: `UTC` says that it
 * was a scheduler of ours.
 */
export const ranAtText = (atMs: number): string => rubyStarted(atMs).replace('+0000', 'UTC');

/** When a neighbour's scheduler last ran a schedule, epoch ms; 0 when it was one of ours, or nobody. */
export function ranElsewhereAt(text: string | null | undefined): number {
  if (text == null || text.endsWith('UTC')) return 0;
  return parseTime(text) ?? 0;
}
