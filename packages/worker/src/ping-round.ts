import type { Connection } from '@reskue/core/protocol';
import type { SlotIdentity } from './engine/slot.js';
import { ping, pingEveryMs, pingTogether, type PingingWorker } from './ping.js';

/** A worker that pings by itself, and whom it does so together with. */
export interface RegularPinger {
  readonly worker: PingingWorker;
  readonly slot: { readonly identity: SlotIdentity };
  /** What the workers of the process share that go to one Redis. */
  readonly engine: { readonly connection: Connection };
}

/** Timers of a busy process ring some ms apart: so long, ms, a round waits for those who are late. */
const gatherMs = 25;

/** Who pings in this round, by engine. */
const round = new Map<object, RegularPinger[]>();
/** Who has not joined it yet, by interval. */
const absent = new Map<number, Set<PingingWorker>>();
/** How long those who ping in this round wait for their next one, by interval: their timers stay together. */
const pauses = new Map<number, number>();

/**
 * Pings from now on, each `pingEveryMs`, until the worker's `pingTimer` is cleared. The timers of a process, one a worker,
 * aim at the same moments, and whoever pings within a few ms does so in one command an engine.
 */
export function pingRegularly(
  worker: PingingWorker,
  slot: RegularPinger['slot'],
  engine: RegularPinger['engine'],
): void {
  expect(worker);
  arm({ worker, slot, engine });
}

/** No more pings of this worker, and nobody waits for it. */
export function pingNoMore(worker: PingingWorker): void {
  clearTimeout(worker.pingTimer);
  worker.pingTimer = undefined;
  forget(worker);
}

function arm(pinger: RegularPinger): void {
  const { worker } = pinger;
  const everyMs = pingEveryMs(worker);
  const restMs = pauses.get(everyMs) ?? untilNext(everyMs);
  worker.pingTimer = setTimeout(() => {
    join(pinger, everyMs);
    if (!pauses.has(everyMs)) pauses.set(everyMs, untilNext(everyMs));
    arm(pinger);
  }, restMs);
}

function expect(worker: PingingWorker): void {
  const everyMs = pingEveryMs(worker);
  absent.set(everyMs, (absent.get(everyMs) ?? new Set()).add(worker));
}

function forget(worker: PingingWorker): void {
  for (const [everyMs, others] of absent) {
    others.delete(worker);
    if (others.size === 0) absent.delete(everyMs);
  }
}

/**
 * Milliseconds until a common moment that is not too soon. Node's timers know whole milliseconds: a shift of a part of one,
 * another one each time, brings those together that would for ever be one apart.
 */
function untilNext(everyMs: number): number {
  const now = performance.now();
  const round = Math.floor(now / everyMs + 1.5);
  return Math.ceil(round * everyMs + ((round * 0.618) % 1) - now);
}

function join(pinger: RegularPinger, everyMs: number): void {
  forget(pinger.worker);
  // The timers of an idle process ring as one, and then there is nobody to wait for.
  if (round.size === 0) setImmediate(() => (absent.has(everyMs) ? gather(everyMs) : pingAll()));
  const pingers = round.get(pinger.engine) ?? [];
  round.set(pinger.engine, pingers);
  pingers.push(pinger);
}

const gather = (everyMs: number): unknown => setTimeout(pingAll, Math.min(gatherMs, everyMs / 4)).unref();

function pingAll(): void {
  const groups = [...round.values()];
  round.clear();
  pauses.clear();
  for (const group of groups) {
    // Who is off may have left an engine that is closed.
    const pings = group.filter(({ worker }) => !worker.isOff);
    for (const { worker } of pings) expect(worker);
    const [first] = pings;
    // One alone over its own connection, as node-resque's workers do.
    if (pings.length === 1 && first) void ping(first.worker, first.slot.identity);
    else if (first)
      void pingTogether(
        first.engine.connection,
        pings.map(({ worker, slot: { identity } }) => ({ worker, identity })),
      );
  }
}
