import {
  adopt,
  decodeAhead,
  parseWorkerId,
  runGiveBack,
  workersOf,
  type Connection,
  type WorkerRecord,
} from '@reskue/core/protocol';
import type { AheadGate } from './ahead-gate.js';

/** How often it looks while something is held. */
const lookMs = 10;
/** So many looks in a row without a claim begun: the main thread is blocked. */
const patience = 2;
/** So many looks in a row with nothing held, and it goes to sleep. */
const drowsiness = 100;

/**
 * In the heartbeat's thread: gives back what the process claimed ahead and has not begun, when a job blocks the main
 * thread, and shows that job in the record of its worker. It looks only while something is held.
 */
export class AheadGuard {
  #timer: NodeJS.Timeout | undefined;
  #begun = 0;
  #stillLooks = 0;
  #idleLooks = 0;
  #isReturning = false;

  constructor(
    readonly connection: Connection,
    readonly gate: AheadGate,
    readonly leaseId: () => string,
  ) {}

  /** Looks from now on. */
  start(): void {
    this.#idleLooks = 0;
    this.#timer ??= setInterval(() => this.#look(), lookMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { isHeld, begun } = this.gate.look();
    this.#idleLooks = isHeld ? 0 : this.#idleLooks + 1;
    this.#stillLooks = isHeld && begun === this.#begun ? this.#stillLooks + 1 : 0;
    this.#begun = begun;
    if (this.#idleLooks >= drowsiness && this.gate.rest()) this.stop();
    if (this.#stillLooks >= patience && !this.#isReturning) void this.#giveBack(begun);
  }

  /** Behind the closed gate; whatever fails, the main thread gives back by itself when it turns again. */
  async #giveBack(last: number): Promise<void> {
    this.#isReturning = true;
    this.gate.close();
    try {
      const leaseId = this.leaseId();
      const { client, keys } = this.connection;
      const claims = await this.#read(leaseId);
      const waiting = claims.filter(({ claim }) => !this.gate.hasBegun(claim ?? 0));
      waiting.sort((one, other) => (one.claim ?? 0) - (other.claim ?? 0));
      const back = waiting.map(({ claim, queue }) => ({ number: claim ?? 0, queue }));
      if (back.length > 0) await runGiveBack(client, keys, leaseId, back);
      if (claims.some(({ claim }) => claim === last) && this.gate.isRunning(last))
        await this.#show(leaseId, last);
    } catch {
      // The command connection of the main thread reports that Redis is away.
    } finally {
      this.gate.open();
      this.#isReturning = false;
      this.#stillLooks = 0;
    }
  }

  async #read(leaseId: string): Promise<WorkerRecord[]> {
    const { client, keys } = this.connection;
    const { last: _, ...texts } = await client.hgetall(keys.leaseAhead(leaseId));
    // Payloads are not looked at.
    return Object.values(texts).flatMap((text) => decodeAhead(text, '') ?? []);
  }

  /** Where a single worker is at work, it is that one that runs the job. */
  async #show(leaseId: string, claim: number): Promise<void> {
    const { client, keys } = this.connection;
    const [worker = '', ...others] = workersOf(await client.hkeys(keys.lease(leaseId)));
    if (worker === '' || others.length > 0) return;
    const name = JSON.stringify(parseWorkerId(worker).name);
    const named = {
      ...keys,
      lease: keys.lease(leaseId),
      ahead: keys.leaseAhead(leaseId),
      record: keys.record(worker),
    };
    await this.connection.run(adopt, named, { id: leaseId, worker, name, claim });
  }
}
