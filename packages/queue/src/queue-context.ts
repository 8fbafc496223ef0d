import type { Connection } from '@reskue/core/protocol';
import type { Producer } from './producer.js';

/** What the methods of a Queue work with. */
export interface QueueContext {
  readonly connection: Connection;
  readonly producer: Producer;
  /** Whether payloads tell since when their jobs wait. */
  readonly enqueuedAt: boolean;
  /** Jobs by class name, for their plugins and schemas. */
  readonly jobs: object;
  /** The Queue itself, as its plugins see it. */
  readonly host: object;
  /** Emits `error`, if somebody listens. */
  report(error: unknown): void;
}
