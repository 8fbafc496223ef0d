import type { Connection } from '@reskue/core/protocol';
import { adoptClaim, giveBackClaims } from './ahead-calls.js';
import type { AheadClaim } from './claim-ahead.js';
import { Cycles } from './cycles.js';
import { AheadGate } from '../heartbeat/ahead-gate.js';
import { Heartbeat, type HeartbeatTerms } from '../heartbeat/heartbeat.js';
import { idleOrCutOff } from './idle-or-cut-off.js';
import { isBusy } from './is-busy.js';
import { Lane } from './lane.js';
import type { LaneTerms } from './lane-terms.js';
import { Lease } from './lease.js';
import { OperatorOrder } from './operator-order.js';
import { patiently } from './patiently.js';
import type { QueueList } from './queue-list.js';
import type { Slot, SlotHost } from './slot.js';
import { sleepersOf } from './sleepers-of.js';
import { untilAnswered } from './until-answered.js';
import { Waker } from './waker.js';

/**
 * What the workers of one process share: one lease with its heartbeat, one blocking connection, and a lane for each list
 * of queues. Commands go over the connection of the first member that is still there.
 */
export class Engine {
  /** Connections of the workers here, with how many workers use each. */
  readonly #members = new Map<Connection, number>();
  readonly #lanes = new Map<string, Lane>();
  /** Between what this thread begins of what was claimed ahead, and what the heartbeat's thread gives back of it. */
  readonly gate = new AheadGate();
  readonly #lease: Lease;
  readonly #waker: Waker;
  readonly #heartbeat: Heartbeat;
  readonly cycles = new Cycles(this);
  readonly #order: OperatorOrder;
  #recovering: Promise<void> | undefined;
  /** From the moment when its last worker leaves: nobody can join any more. */
  isClosed = false;

  constructor(
    terms: HeartbeatTerms,
    readonly onClosed: () => void,
  ) {
    const connection = (): Connection => this.connection;
    this.#lease = new Lease(connection, terms);
    this.#waker = new Waker(connection, this.#lease.id, () =>
      sleepersOf(this.#lanes.values(), (lane) => void this.poll(lane)),
    );
    this.#order = new OperatorOrder(this, () => this.#heartbeat);
    this.#heartbeat = new Heartbeat(connection, terms, this.gate, {
      lost: (leaseId) => void this.leaseLost(leaseId),
      failed: (error) => this.report(error),
      slow: (blockedMs) => this.tellAll((host) => host.tell('slow', blockedMs)),
      warned: (warning) => this.tellAll((host) => host.tell('warning', warning)),
      isBusy: () => this.isBusy,
      counted: (queueCount) => this.#counted(queueCount),
      ordered: (leaseId, order) => this.#order.hear(leaseId, order),
      recovered: (...given) => this.tellAll((host) => host.tell('recovered', ...given)),
    });
  }

  get connection(): Connection {
    for (const connection of this.#members.keys()) return connection;
    throw new Error('an engine without members was asked for its connection');
  }

  get leaseId(): string {
    return this.#lease.id;
  }

  /** Registers a slot and gives the lane in which it can ask for jobs. */
  async join(
    slot: Slot,
    connection: Connection,
    queues: QueueList,
    { timeoutMs, claimAhead }: LaneTerms,
  ): Promise<Lane> {
    this.#members.set(connection, (this.#members.get(connection) ?? 0) + 1);
    try {
      await queues.refresh(connection);
      await this.#lease.register([slot]);
      const key = `${timeoutMs} ${claimAhead} ${queues.key}`;
      const lane = this.#lanes.get(key) ?? new Lane(this, queues, timeoutMs, claimAhead);
      this.#lanes.set(key, lane);
      lane.slots.add(slot);
      if (lane.queues !== queues) slot.host.queuesChanged(lane.queues.names);
      this.#heartbeat.start(this.#lease.id);
      slot.host.ordered(this.#order.current, false);
      return lane;
    } catch (error) {
      await this.#release(connection);
      throw error;
    }
  }

  /**
   * Waits for a slot to become idle and takes it off. Where Redis does not answer, it gives up after a moment: the lease
   * runs out by itself and somebody takes back what it held.
   */
  async leave(slot: Slot, lane: Lane, connection: Connection): Promise<void> {
    lane.withdraw(slot);
    await idleOrCutOff(slot, () => this.connection.client.status === 'ready');
    lane.remove(slot);
    if (lane.slots.size === 0) {
      for (const [key, known] of this.#lanes) if (known === lane) this.#lanes.delete(key);
      await patiently(lane.stop(), 2_000);
    }
    const left = this.#lease.unregister([slot]).catch((error: unknown) => slot.host.failed(asError(error)));
    await patiently(left, 2_000);
    await this.#release(connection);
  }

  /** Puts claims made ahead back to the front of their queues; resolves to those that could not be. */
  async giveBack(claims: readonly AheadClaim[]): Promise<AheadClaim[]> {
    const leaseId = this.#lease.id;
    return giveBackClaims(this, leaseId, claims, () => leaseId !== this.#lease.id);
  }

  /** Shows a job that was claimed ahead, and runs for a while, in the record of its worker. */
  adopt(slot: Slot, claim: AheadClaim): void {
    const shown = adoptClaim(this.connection, this.#lease.id, slot.identity, claim);
    shown.catch((error: unknown) => this.report(error));
  }

  /** The heartbeat's thread is to look whether the main thread gets on. */
  watchGate(): void {
    this.#heartbeat.watchAhead();
  }

  async refresh(lane: Lane): Promise<void> {
    if (!(await lane.queues.refresh(this.connection))) return;
    for (const { host } of lane.slots) host.queuesChanged(lane.queues.names);
    // Whoever learnt of a new queue passes the token on; it rests with the first who knew already.
    const { keys, client } = this.connection;
    if ((await client.llen(keys.wake)) === 0) await client.rpush(keys.wake, 1);
    lane.look();
  }

  /** A new queue may have appeared. */
  async poll(lane: Lane): Promise<void> {
    await this.refresh(lane).catch((error: unknown) => this.report(error));
    lane.look();
  }

  /** A job is in hand. */
  get isBusy(): boolean {
    return isBusy(this.#lanes.values());
  }

  /** Ends the wait for tokens, and with it that of the call behind it. */
  interrupt(): void {
    this.#waker.interrupt();
  }

  sleepersChanged(): void {
    if (this.#members.size > 0) this.#waker.sleepersChanged();
  }

  report(error: unknown): void {
    this.tellAll((host) => host.failed(asError(error)));
  }

  /** What came meanwhile may be somebody else's by now. */
  get hasStoodStill(): boolean {
    return this.#heartbeat.watch.hasStoodStill;
  }

  /** Runs the synchronous part of a job under the eyes of the heartbeat. */
  during<Result>(claim: number, code: () => Result): Result {
    return this.#heartbeat.watch.during(claim, code);
  }

  /** Another number of queues than was known: a neighbour has a new one. */
  #counted(queueCount: number): void {
    for (const lane of this.#lanes.values()) if (lane.queues.isIncomplete(queueCount)) void this.poll(lane);
  }

  tellAll(tell: (host: SlotHost) => void): void {
    for (const lane of this.#lanes.values()) for (const { host } of lane.slots) tell(host);
  }

  /** Everything in hand belongs to somebody else: takes a new lease and goes on. */
  async leaseLost(leaseId: string): Promise<void> {
    if (leaseId !== this.#lease.id) return this.#recovering;
    this.#lease.renewId();
    this.#heartbeat.follow(this.#lease.id);
    const slots = [...this.#lanes.values()].flatMap((lane) => [...lane.slots]);
    for (const slot of slots) {
      if (slot.state === 'working' || slot.state === 'ended') slot.claimLost = true;
      slot.host.leaseLost(leaseId);
    }
    for (const lane of this.#lanes.values()) lane.leaseLost();
    this.#recovering = this.register(slots).then(() => {
      for (const lane of this.#lanes.values()) lane.look();
    });
    return this.#recovering;
  }

  async register(slots: Slot[]): Promise<void> {
    await untilAnswered(
      this,
      () => this.#lease.register(slots),
      () => slots.every((slot) => slot.isCutOff),
    );
  }

  async #release(connection: Connection): Promise<void> {
    const left = (this.#members.get(connection) ?? 1) - 1;
    if (left > 0) this.#members.set(connection, left);
    const isLast = left === 0 && this.#members.size === 1;
    if (isLast) {
      this.isClosed = true;
      this.onClosed();
      this.#heartbeat.stop();
      await this.#waker.stop();
    }
    if (left === 0) this.#members.delete(connection);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
