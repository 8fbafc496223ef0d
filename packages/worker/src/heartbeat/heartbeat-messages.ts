import type { ConnectionOptions } from '@reskue/core';
import type { LeaseOrder, LeaseTerms } from '@reskue/core/protocol';

/** What the heartbeat's thread is born with. */
export interface HeartbeatSeed {
  connectionOptions: ConnectionOptions;
  leaseId: string;
  terms: LeaseTerms;
  /** 0: the process is never ended for a blocked loop. */
  maxBlockMs: number;
  /** See `LoopWatch`. */
  shared: SharedArrayBuffer;
  /** See `AheadGate`. */
  ahead: SharedArrayBuffer;
}

export type ToThread = { kind: 'lease'; leaseId: string } | { kind: 'watchAhead' } | { kind: 'stop' };

export type FromThread =
  | { kind: 'ready' }
  | { kind: 'lost'; leaseId: string }
  | { kind: 'failed'; message: string }
  | { kind: 'counted'; queueCount: number }
  | { kind: 'ordered'; leaseId: string; order: LeaseOrder }
  | { kind: 'recovered'; leaseId: string; requeued: number; failed: number };
