import type { Connection } from '@reskue/core/protocol';

/** A connected Queue, or whatever has the connection of one. */
export interface WatchedQueue {
  readonly connection: Connection;
}
