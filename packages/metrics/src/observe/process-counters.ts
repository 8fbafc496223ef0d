import { isReskueError } from '@reskue/core';
import { Counter, Gauge } from 'prom-client';
import type { ResolvedMetricsOptions } from '../metrics-options.js';
import { LoopDelay } from './loop-delay.js';

/** How many lease ids are remembered: all workers of a process tell of the same loss, and of the same recovery. */
const mostLeases = 100;

/** What is counted of a process, whatever its jobs. */
export class ProcessCounters {
  readonly #leasesLost: Counter;
  readonly #recoveries: Counter;
  readonly #recovered: Counter<'to'>;
  readonly #blocks: Counter;
  readonly #errors: Counter<'code'>;
  readonly #lost = new Set<string>();
  readonly #woundUp = new Set<string>();
  readonly loopDelay: LoopDelay;

  constructor({ prefix, register }: ResolvedMetricsOptions) {
    const registers = [register];
    const counter = (name: string, help: string): Counter =>
      new Counter({ name: `${prefix}${name}`, help, registers });
    this.#leasesLost = counter('leases_lost_total', 'How often this process was taken for dead');
    this.#recoveries = counter('recoveries_total', 'Leases of dead processes that this process wound up');
    this.#recovered = new Counter({
      name: `${prefix}jobs_recovered_total`,
      help: 'Jobs taken back from dead processes, to their queue or to failed',
      labelNames: ['to'],
      registers,
    });
    this.#blocks = counter(
      'event_loop_blocks_total',
      'How often a job was reported for blocking the event loop',
    );
    this.#errors = new Counter({
      name: `${prefix}errors_total`,
      help: 'Error events, by their RESKUE_ code; other where there is none',
      labelNames: ['code'],
      registers,
    });
    this.loopDelay = new LoopDelay(
      new Gauge({
        name: `${prefix}event_loop_delay_seconds`,
        help: 'How late the event loop was since the last scrape',
        labelNames: ['quantile'],
        aggregator: 'max',
        registers,
        collect: () => this.loopDelay.collect(),
      }),
    );
  }

  leaseLost(leaseId: string): void {
    if (isNews(this.#lost, leaseId)) this.#leasesLost.inc();
  }

  recovered(leaseId: string, requeued: number, failed: number): void {
    if (!isNews(this.#woundUp, leaseId)) return;
    this.#recoveries.inc();
    this.#recovered.inc({ to: 'queue' }, requeued);
    this.#recovered.inc({ to: 'failed' }, failed);
  }

  blocked(): void {
    this.#blocks.inc();
  }

  error(error: unknown): void {
    this.#errors.inc({ code: isReskueError(error) ? error.code : 'other' });
  }
}

function isNews(known: Set<string>, leaseId: string): boolean {
  if (known.has(leaseId)) return false;
  if (known.size >= mostLeases) known.clear();
  known.add(leaseId);
  return true;
}
