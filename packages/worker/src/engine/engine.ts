import { setTimeout as sleep } from 'node:timers/promises';
import {
  isMock,
  nodeDate,
  rubyRunAt,
  runCycle,
  type Connection,
  type CycleCall,
  type CycleReply,
  type CycleSlotReply,
} from '@reskue/core/protocol';
import { Heartbeat, type HeartbeatTerms } from '../heartbeat/heartbeat.js';
import { Lane } from './lane.js';
import { Lease } from './lease.js';
import { patiently } from './patiently.js';
import { cyclePlainly } from './plain-cycle.js';
import type { QueueList } from './queue-list.js';
import type { Slot, SlotHost } from './slot.js';
import { Waker } from './waker.js';

/**
 * What the workers of one process share: one lease with its heartbeat, one blocking connection, and a lane for each list
 * of queues. Commands go over the connection of the first member that is still there.
 */
export class Engine {
  /** Connections of the workers here, with how many workers use each. */
  readonly #members = new Map<Connection, number>();
  readonly #lanes = new Map<string, Lane>();
  readonly #lease: Lease;
  readonly #waker: Waker;
  readonly #heartbeat: Heartbeat;
  #number = 0;
  #recovering: Promise<void> | undefined;
  /** From the moment when its last worker leaves: nobody can join any more. */
  isClosed = false;

  constructor(
    terms: HeartbeatTerms,
    readonly onClosed: () => void,
  ) {
    const connection = (): Connection => this.connection;
    this.#lease = new Lease(connection, terms);
    this.#waker = new Waker(connection, this.#lease.id, () => this.#sleepers());
    this.#heartbeat = new Heartbeat(connection, terms, {
      lost: (leaseId) => void this.#leaseLost(leaseId),
      failed: (error) => this.report(error),
      slow: (blockedMs) => this.#tellAll((host) => host.slow(blockedMs)),
      warned: (warning) => this.#tellAll((host) => host.warned(warning)),
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
  async join(slot: Slot, connection: Connection, queues: QueueList, timeoutMs: number): Promise<Lane> {
    this.#members.set(connection, (this.#members.get(connection) ?? 0) + 1);
    try {
      await queues.refresh(connection);
      await this.#lease.register([slot]);
      const key = `${timeoutMs} ${queues.key}`;
      const lane = this.#lanes.get(key) ?? new Lane(this, queues, timeoutMs);
      this.#lanes.set(key, lane);
      lane.slots.add(slot);
      if (lane.queues !== queues) slot.host.queuesChanged(lane.queues.names);
      this.#heartbeat.start(this.#lease.id);
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
    await this.#idleOrCutOff(slot);
    lane.remove(slot);
    if (lane.slots.size === 0) {
      for (const [key, known] of this.#lanes) if (known === lane) this.#lanes.delete(key);
      await patiently(lane.stop(), 2_000);
    }
    const left = this.#lease.unregister([slot]).catch((error: unknown) => slot.host.failed(asError(error)));
    await patiently(left, 2_000);
    await this.#release(connection);
  }

  /** One cycle, sent again until Redis answers; `undefined` when the lease was lost and nothing was settled. */
  async cycle(
    queues: { name: string; owed: boolean }[],
    calls: { slot: Slot; wants: boolean }[],
  ): Promise<CycleSlotReply[] | undefined> {
    const leaseId = this.#lease.id;
    const slots = calls.map(({ slot, wants }) => {
      slot.number = ++this.#number;
      return { ...slot.identity, number: slot.number, wants, outcome: slot.outcome };
    });
    const { dialect } = this.connection;
    const runAt = dialect === 'ruby' ? rubyRunAt(Date.now()) : nodeDate(Date.now());
    const reply = await this.#send({ leaseId, runAt, queues, slots }, () =>
      calls.every(({ slot }) => slot.isCutOff),
    );
    if (!reply || reply.status === 'lost') {
      if (reply) await this.#leaseLost(leaseId);
      return undefined;
    }
    for (const queue of reply.brokenQueues) {
      const error = new Error(
        `WRONGTYPE queue "${queue}" is no list: look at the key and rename or delete it`,
      );
      for (const { slot } of calls.slice(0, 1)) slot.host.failed(error, queue);
    }
    const outlaws = calls.filter((_, index) =>
      ['lost', 'taken'].includes(reply.slots[index]?.settlement ?? ''),
    );
    if (outlaws.length > 0) await this.#register(outlaws.map(({ slot }) => slot));
    return reply.slots;
  }

  async refresh(lane: Lane): Promise<void> {
    if (!(await lane.queues.refresh(this.connection))) return;
    for (const { host } of lane.slots) host.queuesChanged(lane.queues.names);
    // Whoever learnt of a new queue passes the token on; it rests with the first who knew already.
    const { keys, client } = this.connection;
    if ((await client.llen(keys.wake)) === 0) await client.rpush(keys.wake, 1);
    lane.look();
  }

  /** The regular look of a sleeping lane. */
  async poll(lane: Lane): Promise<void> {
    await this.refresh(lane).catch((error: unknown) => this.report(error));
    lane.look();
  }

  sleepersChanged(): void {
    if (this.#members.size > 0) this.#waker.sleepersChanged();
  }

  report(error: unknown): void {
    this.#tellAll((host) => host.failed(asError(error)));
  }

  /** Runs the synchronous part of a job under the eyes of the heartbeat. */
  during<Result>(claim: number, code: () => Result): Result {
    return this.#heartbeat.watch.during(claim, code);
  }

  #tellAll(tell: (host: SlotHost) => void): void {
    for (const lane of this.#lanes.values()) for (const { host } of lane.slots) tell(host);
  }

  #sleepers(): { queueNames: readonly string[]; wildcard: boolean; wake(queue: string | undefined): void }[] {
    return [...this.#lanes.values()]
      .filter((lane) => lane.isAsleep)
      .map((lane) => ({
        queueNames: lane.queues.names,
        wildcard: lane.queues.wildcard,
        wake: (queue) => (queue === undefined ? void this.poll(lane) : lane.look(queue)),
      }));
  }

  async #send(call: CycleCall, mayStop: () => boolean): Promise<CycleReply | undefined> {
    return this.#persist(() => {
      const { connection } = this;
      if (isMock(connection.client)) return cyclePlainly(connection, call);
      return runCycle(connection.client, connection.keys, call);
    }, mayStop);
  }

  /** Tries until Redis answers; `undefined` once nobody waits for the answer any more. */
  async #persist<Answer>(
    attempt: () => Promise<Answer>,
    mayStop: () => boolean,
  ): Promise<Answer | undefined> {
    for (let pauseMs = 25; !this.isClosed; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        return await attempt();
      } catch (error) {
        this.report(error);
        if (mayStop() && this.connection.client.status !== 'ready') return undefined;
        await sleep(pauseMs);
      }
    }
    return undefined;
  }

  /** Everything in hand belongs to somebody else: takes a new lease and goes on. */
  async #leaseLost(leaseId: string): Promise<void> {
    if (leaseId !== this.#lease.id) return this.#recovering;
    this.#lease.renewId();
    this.#heartbeat.follow(this.#lease.id);
    const slots = [...this.#lanes.values()].flatMap((lane) => [...lane.slots]);
    for (const slot of slots) {
      if (slot.state === 'working' || slot.state === 'ended') slot.claimLost = true;
      slot.host.leaseLost(leaseId);
    }
    this.#recovering = this.#register(slots).then(() => {
      for (const lane of this.#lanes.values()) lane.look();
    });
    return this.#recovering;
  }

  async #register(slots: Slot[]): Promise<void> {
    await this.#persist(
      () => this.#lease.register(slots),
      () => slots.every((slot) => slot.isCutOff),
    );
  }

  /** A slot that leaves while Redis does not answer is let go after a few seconds. */
  async #idleOrCutOff(slot: Slot): Promise<void> {
    let silentLooks = 0;
    const timer = setInterval(() => {
      const silent = slot.state !== 'working' && this.connection.client.status !== 'ready';
      silentLooks = silent ? silentLooks + 1 : 0;
      if (silentLooks >= 6) slot.cutOff();
    }, 500);
    await slot.idle();
    clearInterval(timer);
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
