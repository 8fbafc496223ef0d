import type { MetricsText } from '../health/health-source.js';
import type { Supervisor } from '../supervisor/supervisor.js';

export async function fleetMetrics(_supervisor: Supervisor): Promise<MetricsText | undefined> {
  return undefined;
}
