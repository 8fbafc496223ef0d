import type { QueueStatus } from '../fleet/read-queues.js';
import type { FleetStatus, Rates } from '../fleet/read-status.js';
import { timeShown, type ShowTime } from './format-time.js';
import type { Output } from './output.js';
import type { Column } from './table.js';

/** The screen of `status`: facts, what is wrong, and the queues, the deepest first. */
export async function showStatus(out: Output, status: FleetStatus, rates: Rates): Promise<void> {
  const { bold, dim, red, yellow } = out.colors;
  const facts: [string, string][] = [
    ['redis', `${status.redis}, namespace ${status.namespace || '(none)'}`],
    ['waiting', count(status.waiting)],
    ['working', workingText(status)],
    ['delayed', delayedText(status, timeShown(out))],
    ['failed', status.failed > 0 ? red(count(status.failed)) : '0'],
    ['workers', `${status.workers.alive} alive, ${status.workers.idle} idle, ${status.workers.dead} dead`],
    ['leader', status.leader ?? 'none'],
    [
      'rates',
      `${rates.processedPerSecond}/s processed, ${rates.failedPerSecond}/s failed ${dim(`(${count(status.processed)} and ${count(status.failures)} in all)`)}`,
    ],
  ];
  for (const [name, text] of facts) {
    await out.line(out.isTerminal ? `${bold(name.padEnd(8))}  ${text}` : `${name}\t${text}`);
  }
  for (const problem of status.problems) {
    await out.line(out.isTerminal ? yellow(`! ${problem}`) : `problem\t${problem}`);
  }
  if (status.queues.length === 0) return;
  if (out.isTerminal) await out.line('');
  const sorted = [...status.queues].sort(
    (one, other) => other.depth - one.depth || one.queue.localeCompare(other.queue),
  );
  await out.rows(queueColumns(timeShown(out), yellow), sorted);
}

export const queueColumns = (shown: ShowTime, paint: (text: string) => string): Column<QueueStatus>[] => [
  { title: 'QUEUE', value: ({ queue }) => queue, shrinkTo: 10 },
  { title: 'DEPTH', value: ({ depth }) => depth, align: 'right' },
  { title: 'HEAD', value: ({ headSince }) => shown(headSince) },
  { title: 'WORKING', value: ({ working }) => working, align: 'right' },
  { title: 'WORKERS', value: ({ listening }) => listening, align: 'right' },
  {
    title: 'NOTE',
    value: ({ reason, isPaused }) => reason ?? (isPaused ? 'paused' : null),
    shrinkTo: 12,
    paint,
  },
];

const workingText = ({ working, claimedAhead }: FleetStatus): string =>
  claimedAhead > 0 ? `${count(working)}, ${count(claimedAhead)} of them claimed ahead` : count(working);

function delayedText({ delayed }: FleetStatus, shown: ShowTime): string {
  const next = delayed.nextAt === null ? '' : `, next ${shown(delayed.nextAt) ?? ''}`;
  return `${count(delayed.jobs)}${delayed.isPartial ? ' or more' : ''}${next}`;
}

const count = (number: number): string => number.toLocaleString('en-US');
