// @ts-check
import { contender as reskue, reskueWith } from './reskue.mjs';

/**
 * Reskue that never claims more jobs than it has free slots.
 * @type {import('../contender.mjs').Contender}
 */
export const contender = {
  ...reskue,
  ...reskueWith({ claimAhead: 0 }),
  name: 'reskue-claim-ahead-0',
  groups: ['work'],
};
