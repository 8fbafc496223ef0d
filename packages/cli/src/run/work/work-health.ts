import { answersPing } from '../health/answers-ping.js';
import type { HealthSource, MetricsText } from '../health/health-source.js';
import type { WorkProcess } from './work-process.js';

/** The health of the workers of this process. */
export function workHealth(work: WorkProcess, metrics: () => Promise<MetricsText | undefined>): HealthSource {
  return {
    live: () => ({ ok: work.state.sick === undefined, ...work.state }),
    async ready() {
      const answers = await answersPing(work.connection);
      const { state } = work;
      const isStaffed = state.claiming >= work.workers.options.minTaskProcessors;
      return { ok: answers && isStaffed && state.phase === 'working', ...state, connected: answers };
    },
    metrics,
  };
}
