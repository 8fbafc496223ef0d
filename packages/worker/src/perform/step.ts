import { isThenable, Later, type Hearing } from '@reskue/core/protocol';

/** What a run does, and how it goes on with what that gives or throws; made once for all runs. */
export interface Step<Run, Value> extends Hearing<Run, Value> {
  code(run: Run): Value | PromiseLike<Value>;
}

/**
 * Takes a step and goes on at once, or when its promise has settled. Where there is nothing to wait for there is no promise
 * either, nor a function made for it: there is a job for each. The two that follow must not throw.
 */
export function take<Run, Value>(run: Run, step: Step<Run, Value>): void {
  let value: Value | PromiseLike<Value>;
  try {
    value = step.code(run);
  } catch (error) {
    step.failed(run, error);
    return;
  }
  if (value instanceof Later) value.hear(step, run);
  else if (isThenable(value)) {
    value.then(
      (given) => step.next(run, given),
      (error: unknown) => step.failed(run, error),
    );
  } else step.next(run, value);
}
