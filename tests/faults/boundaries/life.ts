/** Who takes part in a job's life. */
export type Role = 'producer' | 'worker' | 'scheduler';

/** A job's life, and what must be true when it is over. */
export interface Life {
  name: string;
  kind: 'succeed' | 'fail' | 'retry' | 'locked';
  delayMs?: number;
  /** It is in the hands of a process that died when this begins, and the victim is the one that takes it back. */
  isDeads?: boolean;
  roles: readonly Role[];
  victims: readonly Role[];
  /** How often it is started when nobody comes in between. */
  starts: number;
  ends: { processed: number; failed: number };
}

const done = { processed: 1, failed: 0 };

export const lives: readonly Life[] = [
  {
    name: 'succeeding',
    kind: 'succeed',
    roles: ['worker', 'producer'],
    victims: ['producer', 'worker'],
    starts: 1,
    ends: done,
  },
  {
    name: 'failing',
    kind: 'fail',
    roles: ['worker', 'producer'],
    victims: ['worker'],
    starts: 1,
    ends: { processed: 0, failed: 1 },
  },
  {
    name: 'retried',
    kind: 'retry',
    roles: ['worker', 'scheduler', 'producer'],
    victims: ['worker', 'scheduler'],
    starts: 2,
    ends: done,
  },
  {
    name: 'locked',
    kind: 'locked',
    roles: ['worker', 'producer'],
    victims: ['worker'],
    starts: 1,
    ends: done,
  },
  {
    name: 'recovered',
    kind: 'succeed',
    isDeads: true,
    roles: ['worker'],
    victims: ['worker'],
    starts: 1,
    ends: done,
  },
  {
    name: 'delayed',
    kind: 'succeed',
    delayMs: 100,
    roles: ['worker', 'scheduler', 'producer'],
    victims: ['producer', 'scheduler'],
    starts: 1,
    ends: done,
  },
];
