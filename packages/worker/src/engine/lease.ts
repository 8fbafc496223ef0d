import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  encodeLeaseTerms,
  forgetBrought,
  isMock,
  ReskueError,
  register,
  rubyStarted,
  takeBack,
  unregister,
  type Connection,
  type LeaseTerms,
  type Registration,
} from '@reskue/core/protocol';
import { registerPlainly, unregisterPlainly } from './plain-cycle.js';
import type { Slot } from './slot.js';

/** How many names are tried when other processes work under the same one. */
const maxNames = 1_000;

/** The right of this process to the jobs that its slots hold. A lost lease is never revived: there is a new one. */
export class Lease {
  id = newLeaseId();
  /** Which slot works under which worker id; Redis cannot tell two slots of one lease apart. */
  readonly #holders = new Map<string, Slot>();

  constructor(
    readonly connection: () => Connection,
    readonly terms: LeaseTerms,
  ) {}

  /** After a loss: everything from now on happens under another id. */
  renewId(): void {
    forgetBrought(this.id);
    this.id = newLeaseId();
  }

  /**
   * Registers slots under the lease, taking it if need be. A slot whose worker id another one holds, here or in another live
   * process, gets the next free name (`host:1+x2`); a job that a dead predecessor of that name left is put back first.
   */
  async register(slots: readonly Slot[]): Promise<void> {
    try {
      await this.#registerAll(slots);
    } catch (error) {
      this.#release(slots);
      throw error;
    }
  }

  async #registerAll(slots: readonly Slot[]): Promise<void> {
    let open = [...slots];
    for (let attempt = 2; open.length > 0; attempt += 1) {
      if (attempt > maxNames) throw taken(open);
      this.#reserve(open);
      const answers = await this.#register(open);
      const unsettled: Slot[] = [];
      for (const [index, slot] of open.entries()) {
        if (answers[index] === 'registered') continue;
        if (answers[index] === 'taken') rename(slot, attempt);
        else await takeBack(this.connection(), slot.identity.workerId);
        unsettled.push(slot);
      }
      open = unsettled;
    }
  }

  /** Takes slots without a job off the fleet; the lease ends with the last of them. */
  async unregister(slots: readonly Slot[]): Promise<void> {
    const { keys } = this.connection();
    const restKeys = slots.flatMap(({ identity: { workerId, name, countedAs } }) => [
      keys.record(workerId),
      keys.started(workerId),
      keys.ping(name),
      keys.processedBy(countedAs),
      keys.failuresBy(countedAs),
    ]);
    try {
      if (isMock(this.connection().client)) return await unregisterPlainly(this.connection(), slots);
      await this.connection().run(
        unregister,
        { ...keys, lease: keys.lease(this.id), ahead: keys.leaseAhead(this.id) },
        { id: this.id },
        { keys: restKeys, args: slots.map(({ identity }) => identity.workerId) },
      );
    } finally {
      this.#release(slots);
    }
  }

  /** Before anything is awaited: workers of one process may start at once, and under one name. */
  #reserve(slots: readonly Slot[]): void {
    this.#release(slots);
    for (const slot of slots) {
      for (let n = 2; this.#holders.has(slot.identity.workerId); n += 1) rename(slot, n);
      this.#holders.set(slot.identity.workerId, slot);
    }
  }

  #release(slots: readonly Slot[]): void {
    for (const [workerId, holder] of this.#holders)
      if (slots.includes(holder)) this.#holders.delete(workerId);
  }

  async #register(slots: readonly Slot[]): Promise<Registration[]> {
    const connection = this.connection();
    const { keys, dialect } = connection;
    const { leaseMs } = this.terms;
    const now = Date.now();
    const ids = slots.map(({ identity }) => identity.workerId);
    const startedText = dialect === 'ruby' ? rubyStarted(now) : Math.round(now / 1000);
    if (isMock(connection.client)) {
      await registerPlainly(connection, slots, startedText);
      return slots.map(() => 'registered');
    }
    const reply = await connection.run(
      register,
      { ...keys, lease: keys.lease(this.id), looked: keys.leasesLooked },
      {
        id: this.id,
        leaseMs,
        terms: encodeLeaseTerms(this.terms),
        startedText,
        leasePrefix: keys.lease(''),
        now: '',
      },
      { keys: ids.flatMap((id) => [keys.record(id), keys.started(id)]), args: ids },
    );
    return reply.workers;
  }
}

// Not `host:pid`: tests of applications look for what a worker of that name left behind.
const newLeaseId = (): string => `${process.pid}@${hostname()}:${randomBytes(6).toString('hex')}`;

/** The next name to try; the queues behind the name stay. */
function rename(slot: Slot, attempt: number): void {
  const { workerId, name, countedAs } = slot.identity;
  const next = `${name.replace(/\+x\d+$/, '')}+x${attempt}`;
  const queues = workerId.slice(name.length);
  slot.identity = {
    name: next,
    workerId: next + queues,
    countedAs: countedAs === name ? next : next + queues,
  };
}

function taken(slots: readonly Slot[]): ReskueError {
  const names = slots.map(({ identity }) => identity.workerId).join(', ');
  return new ReskueError(
    'RESKUE_WORKER_NAME_INVALID',
    `Other live processes work as ${names}: give this worker a name of its own`,
  );
}
