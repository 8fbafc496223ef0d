import { formatDuration } from './format-duration.js';
import type { Notes } from './notes.js';

/** Long work: on a terminal a line with the time that is left, elsewhere a line each ten seconds. */
export interface Progress {
  advance(count: number): void;
  end(): void;
}

/** `total` undefined: nobody knows how much there is. */
export type StartProgress = (what: string, total?: number) => Progress;

const TERMINAL_MS = 100;
const LOG_MS = 10_000;

export const progressOn =
  (notes: Notes): StartProgress =>
  (what, total) => {
    const startedAt = Date.now();
    const everyMs = notes.isTerminal ? TERMINAL_MS : LOG_MS;
    let count = 0;
    let shownAt = startedAt;
    const show = () => {
      shownAt = Date.now();
      const line = progressLine(what, count, total, shownAt - startedAt);
      if (notes.isTerminal) notes.raw(`\r\u001b[K${line}`);
      else notes.say(line);
    };
    return {
      advance(more) {
        count += more;
        if (Date.now() - shownAt >= everyMs) show();
      },
      end() {
        if (notes.isTerminal && shownAt !== startedAt) notes.raw('\r\u001b[K');
      },
    };
  };

export function progressLine(
  what: string,
  count: number,
  total: number | undefined,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 0 ? Math.round((count * 1_000) / elapsedMs) : 0;
  if (total === undefined || total <= 0) return `${what}: ${count} (${rate}/s)`;
  const percent = Math.min(100, Math.floor((count * 100) / total));
  const leftMs = count > 0 ? (elapsedMs * Math.max(0, total - count)) / count : undefined;
  const left = leftMs === undefined ? '' : `, ${formatDuration(leftMs)} left`;
  return `${what}: ${count} of ${total} (${percent} %, ${rate}/s${left})`;
}
