import type { Listener } from '@reskue/core/protocol';
import type { StayAwake } from './stay-awake.js';

/**
 * A call that goes at once. Its promise is made behind the writing, when Redis is at work already: in a process that has slept,
 * where `AsyncLocalStorage` follows each promise, it takes as long to make one as to make the payload.
 */
export class LoneCall implements Listener {
  readonly #awake: StayAwake;
  #outcome: { error: unknown } | 'stored' | undefined;
  #resolve: ((stored: true) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  constructor(awake: StayAwake) {
    this.#awake = awake;
  }

  /** Call it once, when the call was sent. */
  answered(): Promise<true> {
    if (this.#outcome === undefined) this.#awake.begin();
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#tell();
    });
  }

  done(): void {
    this.#end('stored');
  }

  failed(error: unknown): void {
    this.#end({ error });
  }

  #end(outcome: { error: unknown } | 'stored'): void {
    this.#awake.end();
    this.#outcome = outcome;
    this.#tell();
  }

  #tell(): void {
    if (this.#outcome === 'stored') this.#resolve?.(true);
    else if (this.#outcome !== undefined) this.#reject?.(this.#outcome.error);
  }
}
