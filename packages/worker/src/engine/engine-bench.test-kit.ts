import { Connection } from '@reskue/core/protocol';
import { redisServer, type TestServer } from '@reskue/testkit';
import { afterEach, beforeEach } from 'vitest';
import { Engine } from './engine.js';
import type { SlotProbe } from './slot-probe.test-kit.js';

/** What tests of the engine share: a server, and for each test a connection and an engine, with the probes that joined it. */
export interface EngineBench {
  readonly server: TestServer;
  connection: Connection;
  engine: Engine;
  /** Whoever is here when the test is over leaves. */
  probes: SlotProbe[];
}

export const terms = { leaseMs: 2_000, recovery: 'requeue', maxRecoveries: 3, maxBlockMs: 0 } as const;

export function engineBench(): EngineBench {
  // The rest is there before each test.
  const bench = { server: redisServer() } as EngineBench;
  beforeEach(async () => {
    bench.connection = new Connection(bench.server.connection);
    await bench.connection.connect();
    bench.engine = new Engine(terms, () => undefined);
    bench.probes = [];
  });
  afterEach(async () => {
    for (const probe of bench.probes) if (probe.slot.state === 'working') probe.end();
    await Promise.all(bench.probes.map((probe) => probe.leave()));
    bench.connection.end();
  });
  return bench;
}
