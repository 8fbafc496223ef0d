import { decodeRecord } from '@reskue/core/protocol';
import stringWidth from 'string-width';
import { jobEntry } from '../fleet/job-entry.js';
import type { QueueStatus } from '../fleet/read-queues.js';
import type { FleetStatus, Rates } from '../fleet/read-status.js';
import type { WorkerEntry } from '../fleet/read-workers.js';
import { formatDuration } from './format-duration.js';
import type { Colors } from './notes.js';
import { printable } from './printable.js';
import { drawTable, fitWidths } from './table.js';

export interface TopView {
  sort: number;
  isReversed: boolean;
  isHeld: boolean;
}

export const SORTS = ['depth', 'queue', 'working', 'workers'] as const;

const HEAD = ['QUEUE', 'DEPTH', 'WORKING', 'WORKERS', 'NOTE'];
const SHRINK = [10, undefined, undefined, undefined, 10];
const ALIGN = ['left', 'right', 'right', 'right', 'left'] as const;

/** The lines of `top`: a summary, the queues, and the workers that are at work, as much as there is room for. */
export function formatTop(
  status: FleetStatus & { workerList: readonly WorkerEntry[] },
  rates: Rates,
  view: TopView,
  { intervalMs, colors }: { intervalMs: number; colors: Colors },
  { width, height }: { width: number; height: number },
): string[] {
  const { bold, dim, yellow } = colors;
  const summary = [
    `${bold('reskue top')}  ${new Date().toISOString().slice(11, 19)}  ${status.redis}  every ${formatDuration(intervalMs)}${view.isHeld ? yellow('  held') : ''}`,
    `waiting ${status.waiting}  working ${status.working}  delayed ${status.delayed.jobs}  failed ${status.failed}  workers ${status.workers.alive}`,
    `${rates.processedPerSecond}/s processed  ${rates.failedPerSecond}/s failed  leader ${status.leader ?? 'none'}`,
    ...status.problems.map((problem) => yellow(`! ${problem}`)),
  ];
  const room = Math.max(2, height - summary.length - 4);
  const busy = status.workerList.filter(({ record }) => record !== null);
  const queueRoom = Math.max(
    1,
    Math.min(status.queues.length, Math.ceil(room * (busy.length > 0 ? 0.6 : 1))),
  );
  const queues = sorted(status.queues, view).slice(0, queueRoom);
  const cells = queues.map((row) => [
    printable(row.queue),
    String(row.depth),
    String(row.working),
    String(row.listening),
    row.reason ?? (row.isPaused ? 'paused' : ''),
  ]);
  const widths = fitWidths([HEAD, ...cells], SHRINK, width);
  const [head = '', ...lines] = drawTable([HEAD, ...cells], widths, ALIGN);
  const workers = busy
    .slice(0, Math.max(0, room - queues.length - 1))
    .map((worker) => workerLine(worker, width));
  return [
    ...summary,
    '',
    bold(head),
    ...lines,
    ...(workers.length > 0 ? ['', bold('AT WORK'), ...workers] : []),
    dim(`q quit  space hold  s sort (${SORTS[view.sort] ?? ''})  r reverse  +/- interval`),
  ].map((line) => (stringWidth(line) > width && !line.includes('\u001b') ? line.slice(0, width) : line));
}

function sorted(queues: readonly QueueStatus[], { sort, isReversed }: TopView): QueueStatus[] {
  const by = SORTS[sort] ?? 'depth';
  const key = { depth: 'depth', queue: 'queue', working: 'working', workers: 'listening' } as const;
  const name = key[by];
  const order = (one: QueueStatus, other: QueueStatus) =>
    name === 'queue' ? one.queue.localeCompare(other.queue) : other[name] - one[name];
  const result = [...queues].sort(order);
  return isReversed ? result.reverse() : result;
}

function workerLine({ name, record }: WorkerEntry, width: number): string {
  const decoded = record === null ? null : decodeRecord(record);
  const job = jobEntry(decoded?.payload ?? record ?? '', 'working', decoded?.queue);
  const text = `${name}  ${job.queue ?? ''}  ${job.class ?? '(unreadable)'} ${job.raw ?? JSON.stringify(job.args)}`;
  return printable(text).slice(0, width);
}
