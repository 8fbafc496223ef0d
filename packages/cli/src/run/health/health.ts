import type { CommandSpec } from '../../command/command-spec.js';
import { healthOptions } from '../run-options.js';

/** `reskue health` */
export const health: CommandSpec = {
  name: 'health',
  group: 'Run',
  summary: 'ask a running worker or scheduler of this host whether it is well (0) or not (1)',
  description:
    'For probes in containers without curl. Asks the port of --health-port; without one, looks in Redis for workers of this ' +
    'host that keep their lease.',
  options: [
    ...healthOptions,
    { flags: '--ready', summary: 'ask /readyz (it works at this moment) instead of /healthz (it lives)' },
  ],
  examples: ['health --health-port 8080', 'health --health-port 8080 --ready'],
  load: () => import('./health-action.js').then(({ run }) => run),
};
