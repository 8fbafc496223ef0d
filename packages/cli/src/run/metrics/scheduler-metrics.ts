import type { Connection } from '@reskue/core';
import type { Scheduler } from '@reskue/scheduler';
import type { HealthSource } from '../health/health-source.js';

/** What a scheduler measures, and how the fleet stands; nothing where nobody will ask. */
export async function schedulerMetrics(
  scheduler: Scheduler,
  connection: Connection,
  isWanted: boolean,
): Promise<HealthSource['metrics']> {
  if (!isWanted) return async () => undefined;
  const { createMetrics } = await import('@reskue/metrics');
  const metrics = createMetrics();
  metrics.observe(scheduler);
  metrics.watch({ connection });
  return () => metrics.text();
}
