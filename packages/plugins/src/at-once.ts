import { goOn } from '@reskue/core/protocol';

/** The answer of a hook that has nothing to wait for. What it throws becomes a rejection, as of an async function. */
export function atOnce(code: () => void): Promise<boolean> {
  try {
    code();
    return goOn;
  } catch (error) {
    return Promise.reject(error);
  }
}
