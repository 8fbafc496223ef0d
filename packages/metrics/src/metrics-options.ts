import { OptionReader, optionInvalid } from '@reskue/core/protocol';
import { Registry } from 'prom-client';

/** How metrics are named, kept and bounded. */
export interface MetricsOptions {
  /** prom-client's registry to put them into; `prom-client`'s `register` is the common one. @default a new one */
  register?: Registry | undefined;
  /** What every name begins with. @default "reskue_" */
  prefix?: string | undefined;
  /** How many classes get a label of their own; the rest is `other`. @default 100 */
  maxClasses?: number | undefined;
  /** How many queues get a label of their own; the rest is `other`. @default 100 */
  maxQueues?: number | undefined;
  /** Upper bounds of the histogram of run times, seconds. @default 5 ms to 15 min */
  runBuckets?: readonly number[] | undefined;
  /** Upper bounds of the histogram of waits, seconds. @default 5 ms to 6 h */
  waitBuckets?: readonly number[] | undefined;
}

export interface ResolvedMetricsOptions {
  register: Registry;
  prefix: string;
  maxClasses: number;
  maxQueues: number;
  runBuckets: number[];
  waitBuckets: number[];
}

const runBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];
const waitBuckets = [...runBuckets, 3_600, 21_600];

/** @throws RESKUE_OPTION_INVALID */
export function resolveMetricsOptions(given: MetricsOptions): ResolvedMetricsOptions {
  const read = new OptionReader('createMetrics', given);
  const prefix = given.prefix ?? 'reskue_';
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(prefix))
    throw optionInvalid('createMetrics', 'prefix', prefix, 'the beginning of a Prometheus name');
  return {
    register: given.register ?? new Registry(),
    prefix,
    maxClasses: read.integer('maxClasses', 100, 1, 10_000),
    maxQueues: read.integer('maxQueues', 100, 1, 10_000),
    runBuckets: [...(given.runBuckets ?? runBuckets)],
    waitBuckets: [...(given.waitBuckets ?? waitBuckets)],
  };
}
