import fc from 'fast-check';
import type { Ending } from './calls.js';
import { jobKinds } from './job-texts.js';

/** What becomes of a call on its way, and of its process. */
export type Fate = 'answered' | 'sentTwice' | 'replyLost' | 'notDelivered' | 'crashBefore' | 'crashAfter';

interface Choices {
  by: number;
  fate: Fate;
  /** Small numbers, read as whatever a step has to choose. */
  one: number;
  two: number;
  ending: Ending;
  otherEnding: Ending;
  /** Which slots take part, and whether each wants a job. */
  slots: number;
  wants: number;
  /** So many are claimed ahead. */
  ahead: number;
}

export const steps = [
  'enqueue',
  'delay',
  'register',
  'cycle',
  'beginAhead',
  'giveBack',
  'adopt',
  'renew',
  'unregister',
  'crash',
  'readForReaping',
  'readForPromotion',
  'readForCleaning',
  'runPlan',
  'removeDelayed',
  'retryFailed',
  'lock',
  'neighbourClaims',
  'neighbourCleans',
  'lateCopy',
  'wait',
] as const;
export type Step = (typeof steps)[number];
export type Command = Choices & { step: Step };

const weights: Partial<Record<Step, number>> = {
  cycle: 14,
  enqueue: 6,
  runPlan: 7,
  register: 5,
  readForReaping: 5,
  delay: 4,
  readForPromotion: 4,
  lateCopy: 5,
  wait: 5,
  renew: 2,
  lock: 2,
  beginAhead: 5,
  giveBack: 2,
  adopt: 2,
};

const step = fc.oneof(...steps.map((name) => ({ weight: weights[name] ?? 1, arbitrary: fc.constant(name) })));

const fate = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Fate>('answered') },
  { weight: 2, arbitrary: fc.constant<Fate>('sentTwice') },
  { weight: 3, arbitrary: fc.constant<Fate>('replyLost') },
  { weight: 1, arbitrary: fc.constant<Fate>('notDelivered') },
  { weight: 1, arbitrary: fc.constant<Fate>('crashBefore') },
  { weight: 2, arbitrary: fc.constant<Fate>('crashAfter') },
);

const ending = fc.constantFrom<Ending[]>('done', 'failed', 'done', 'retried', 'front', 'back', 'dropped');

const command: fc.Arbitrary<Command> = fc.record({
  step,
  by: fc.nat(2),
  fate,
  one: fc.nat(jobKinds - 1),
  two: fc.nat(3),
  ending,
  otherEnding: ending,
  slots: fc.integer({ min: 1, max: 3 }),
  wants: fc.nat(3),
  ahead: fc.nat(2),
});

/** A history: what three processes do, step by step, one after the other. */
export const history = fc.array(command, { minLength: 1, maxLength: 24, size: 'max' });

/** A history as a reader wants it: without the choices that a step does not look at. */
export const describe = ({
  step: name,
  by,
  fate: end,
  one,
  two,
  ending: first,
  slots,
  wants,
  ahead,
}: Command): string =>
  `${name} by ${by} ${end} (${one} ${two} ${first} slots ${slots} wants ${wants} ahead ${ahead})`;
