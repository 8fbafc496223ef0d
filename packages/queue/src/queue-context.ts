import type { Connection } from '@reskue/core/protocol';
import type { Outbox } from './enqueue/outbox.js';
import type { Producer } from './producer.js';

/** What the methods of a Queue work with. */
export interface QueueContext {
  readonly connection: Connection;
  readonly producer: Producer;
  /** Where jobs go on their way into a queue. */
  readonly outbox: Outbox;
  /** Whether payloads tell since when their jobs wait. */
  readonly enqueuedAt: boolean;
  /** Jobs by class name, for their plugins and schemas. */
  readonly jobs: object;
  /** The Queue itself, as its plugins see it. */
  readonly host: object;
  /** Emits `error`, if somebody listens. */
  report(error: unknown): void;
}
