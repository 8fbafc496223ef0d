import type { CommandSpec } from '../../command/command-spec.js';

export const doctor: CommandSpec = {
  name: 'doctor',
  group: 'Care',
  summary: 'look for what is wrong with Redis and the fleet, each with its remedy',
  description: 'Ends with 1 when there is a fault. Looks at every key of the database, in slices.',
  options: [
    { flags: '--sample <entries>', summary: 'entries of each list to look into; 0 for all', fallback: 1_000 },
  ],
  examples: ['doctor', 'doctor --sample 0 --json'],
  load: () => import('./doctor-action.js').then(({ run }) => run),
};
