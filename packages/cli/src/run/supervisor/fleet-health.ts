import type { HealthReport, HealthSource, MetricsText } from '../health/health-source.js';
import type { Child } from './child.js';
import type { Supervisor } from './supervisor.js';

/** A process whose loop is blocked for longer than a job may block it (5 min) will not come back. */
const silentMs = 330_000;

/** The health of a fleet, from what its processes say. */
export function fleetHealth(
  supervisor: Supervisor,
  metrics: () => Promise<MetricsText | undefined>,
): HealthSource {
  const holders = (): (Child | undefined)[] =>
    supervisor.seats.filter(({ isClosed }) => !isClosed).map(({ child }) => child);
  const report = (ok: boolean): HealthReport => ({
    ok,
    processes: supervisor.children.map(({ pid, seat, state }) => ({
      seat,
      pid,
      phase: 'starting',
      ...state,
    })),
    restarts: supervisor.restarts,
  });
  return {
    live: () => report(holders().every((child) => !child || isAlive(child))),
    ready: () =>
      report(!supervisor.isEnding && holders().every((child) => child !== undefined && works(child))),
    metrics,
  };
}

const isAlive = ({ heardAt }: Child): boolean => Date.now() - heardAt < silentMs;
const works = ({ state }: Child): boolean => state?.phase === 'working' && state.connected;
