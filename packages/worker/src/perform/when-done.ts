import { isThenable } from '@reskue/core/protocol';

/**
 * Goes on with what some code gives, or with what it throws: at once, or when its promise has settled. Where there is nothing
 * to wait for there is no promise either; there is a job for each. The two that follow must not throw.
 */
export function whenDone<Value>(
  code: () => Value | PromiseLike<Value>,
  next: (value: Value) => void,
  failed: (error: unknown) => void,
): void {
  let value: Value | PromiseLike<Value>;
  try {
    value = code();
  } catch (error) {
    failed(error);
    return;
  }
  if (isThenable(value)) value.then(next, failed);
  else next(value);
}
