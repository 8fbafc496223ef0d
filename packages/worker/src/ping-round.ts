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

/** Those who ping at the same moments, each with the timer that was its worker's when it joined. */
type Circle = Map<NodeJS.Timeout, RegularPinger>;

/** By the interval in ms. */
const circles = new Map<number, Circle>();

/** The longest that Node knows, ms. */
const never = 2 ** 31 - 1;

/**
 * Pings from now on, each `pingEveryMs`, until the worker's `pingTimer` is cleared. That timer is there to be cleared, and
 * does nothing: one for all in the process rings, and those of an engine ping in one command.
 */
export function pingRegularly(
  worker: PingingWorker,
  slot: RegularPinger['slot'],
  engine: RegularPinger['engine'],
): void {
  worker.pingTimer = setInterval(() => undefined, never);
  const everyMs = pingEveryMs(worker);
  const circle = circles.get(everyMs) ?? new Map<NodeJS.Timeout, RegularPinger>();
  circle.set(worker.pingTimer, { worker, slot, engine });
  if (circles.has(everyMs)) return;
  circles.set(everyMs, circle);
  arm(everyMs, circle);
}

/** No more pings of this worker. */
export function pingNoMore(worker: PingingWorker): void {
  clearInterval(worker.pingTimer);
  worker.pingTimer = undefined;
}

/** The workers' own timers keep the process alive, where this one must not. */
function arm(everyMs: number, circle: Circle): void {
  setTimeout(() => ring(everyMs, circle), untilNext(everyMs)).unref();
}

/** Milliseconds until a multiple of the interval, on a clock of the process's own, that is not too soon. */
function untilNext(everyMs: number): number {
  const now = performance.now();
  return Math.ceil(Math.floor(now / everyMs + 1.5) * everyMs - now);
}

function ring(everyMs: number, circle: Circle): void {
  const groups = new Map<object, RegularPinger[]>();
  for (const [timer, pinger] of circle) {
    if (isCleared(timer)) circle.delete(timer);
    // Who is off may have left an engine that is closed.
    else if (!pinger.worker.isOff) groupOf(groups, pinger.engine).push(pinger);
  }
  if (circle.size > 0) arm(everyMs, circle);
  else circles.delete(everyMs);
  for (const group of groups.values()) pingAll(group);
}

function groupOf(groups: Map<object, RegularPinger[]>, engine: object): RegularPinger[] {
  const group = groups.get(engine) ?? [];
  groups.set(engine, group);
  return group;
}

/** Node tells it by this member, which is no part of what it documents; a test holds it to that. */
const isCleared = (timer: NodeJS.Timeout): boolean => Reflect.get(timer, '_destroyed') === true;

function pingAll(group: RegularPinger[]): void {
  const [first] = group;
  if (!first) return;
  // One alone over its own connection, as node-resque's workers do.
  if (group.length === 1) void ping(first.worker, first.slot.identity);
  else
    void pingTogether(
      first.engine.connection,
      group.map(({ worker, slot: { identity } }) => ({ worker, identity })),
    );
}
