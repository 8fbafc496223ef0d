import { parentPort, workerData } from 'node:worker_threads';
import { Connection, encodeLeaseTerms, reviseTerms } from '@reskue/core/protocol';
import { AheadGate } from './ahead-gate.js';
import { AheadGuard } from './ahead-guard.js';
import { endBlockedProcess } from './end-blocked-process.js';
import type { FromThread, HeartbeatSeed, ToThread } from './heartbeat-messages.js';
import { readLoop, slowMs } from './loop-watch.js';
import { beatMsOf, Pulse } from './pulse.js';

// The heartbeat's own thread: it goes on while a job blocks the event loop of the main thread.

// Only `Heartbeat` starts this file.
const { connectionOptions, leaseId, terms, maxBlockMs, shared, ahead } = workerData as HeartbeatSeed;
const tell = (message: FromThread): void => parentPort?.postMessage(message);

const lookMs = Math.min(2_500, maxBlockMs / 4);
const looksWithBeats = maxBlockMs > 0 && beatMsOf(terms) <= lookMs;

const connection = new Connection(connectionOptions);
connection.on('error', () => undefined);
const pulse = new Pulse(() => connection, leaseId, terms.leaseMs, {
  lost: (id) => tell({ kind: 'lost', leaseId: id }),
  failed: (error) => tell({ kind: 'failed', message: String(error) }),
  counted: (queueCount) => tell({ kind: 'counted', queueCount }),
  ordered: (id, order) => tell({ kind: 'ordered', leaseId: id, order }),
  recovered: (id, requeued, failed) => tell({ kind: 'recovered', leaseId: id, requeued, failed }),
  beats: lookOnce,
  isAtRest: () => readLoop(shared).dozes,
  renewed: showBlocked,
});

const guard = new AheadGuard(connection, new AheadGate(ahead), () => pulse.leaseId);

let isShown = false;

/** While the loop is blocked the lease tells it, for `allWorkingOn()` and whoever looks after the fleet. */
async function showBlocked(id: string): Promise<void> {
  const { blockedMs } = readLoop(shared);
  const isBlocked = blockedMs >= slowMs;
  if (!isBlocked && !isShown) return;
  isShown = isBlocked;
  const text = encodeLeaseTerms(terms, isBlocked ? blockedMs : 0);
  await connection.run(reviseTerms, { lease: connection.keys.lease(id) }, { terms: text });
}

let watch: NodeJS.Timeout | undefined;

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'lease') pulse.leaseId = message.leaseId;
  else if (message.kind === 'watchAhead') guard.start();
  else {
    guard.stop();
    pulse.stop();
    stopWatching();
    connection.end();
    parentPort?.close();
  }
});

/** For how long this thread itself has seen the loop stand still; a process that was stopped as a whole is not blocked. */
let stillMs = 0;

function watchLoop(): void {
  const loop = readLoop(shared);
  stillMs = loop.blockedMs < lookMs ? 0 : stillMs + lookMs;
  if (stillMs === 0 && looksWithBeats) stopWatching();
  if (stillMs < maxBlockMs) return;
  stopWatching();
  // A renewal in between would keep the lease that is given up.
  pulse.stop();
  // A Redis that is away must not keep an endless loop alive: its lease runs out by itself.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5_000);
  endBlockedProcess(connection, pulse.leaseId, loop).catch(() => process.kill(process.pid, 'SIGKILL'));
}

const stopWatching = (): void => {
  clearInterval(watch);
  watch = undefined;
};

/** In an idle process a beat that finds the loop turning is all; one that does not begins to watch by itself. */
function lookOnce(): void {
  if (looksWithBeats && !watch && readLoop(shared).blockedMs >= slowMs)
    watch = setInterval(watchLoop, lookMs);
}

const begin = async (): Promise<void> => {
  // A connection that failed goes on trying by itself, and so do the beats on it.
  await connection.connect().catch((error: unknown) => tell({ kind: 'failed', message: String(error) }));
  tell({ kind: 'ready' });
  pulse.start(0);
  if (maxBlockMs > 0 && !looksWithBeats) watch = setInterval(watchLoop, lookMs);
};

void begin();
