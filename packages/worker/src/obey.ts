import type { LeaseOrder } from '@reskue/core/protocol';
import type { Slot } from './engine/slot.js';

/** What a Worker can be told from afar. */
interface Obedient {
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  end(): Promise<void>;
  tell(event: 'control', order: 'quiet' | 'resume' | 'stop'): void;
  report(error: Error): void;
}

/** Does what an operator wants of the process of a worker; a newcomer does it in silence, for it is told already. */
export function obey(worker: Obedient, slot: Slot, order: LeaseOrder, isNews: boolean): void {
  if (isNews) worker.tell('control', order === '' ? 'resume' : order);
  if (order === 'stop')
    worker
      .end()
      .catch((error: unknown) => worker.report(error instanceof Error ? error : new Error(String(error))));
  else if (order === 'quiet') {
    // A pause of the application's own is not the operator's to end.
    slot.isQuieted ||= !worker.paused;
    worker.pause();
  } else if (slot.isQuieted) {
    slot.isQuieted = false;
    worker.resume();
  }
}
