import type { CycleQueue, CycleReply, RedisClient } from '@reskue/core/protocol';
import type { AheadRequest } from './claim-ahead.js';
import { CallMaker, claimsOf, resultOf, type AheadCall, type CycleResult } from './make-call.js';
import { sendBehind, sendCycle } from './send-cycle.js';
import { tellBroken } from './settle-slot.js';
import type { Slot } from './slot.js';
import { untilAnswered, type Patience } from './until-answered.js';

/** The engine as far as its calls go. */
export interface CyclingEngine extends Patience {
  readonly leaseId: string;
  /** What came meanwhile may be somebody else's by now. */
  readonly hasStoodStill: boolean;
  leaseLost(leaseId: string): Promise<void>;
  register(slots: Slot[]): Promise<void>;
}

/** A slot's part of a call. */
export interface CyclePart {
  readonly slot: Slot;
  readonly wants: boolean;
}

/** A call with those whom it is for. */
interface Sent {
  readonly call: AheadCall;
  readonly parts: readonly CyclePart[];
  readonly done: AheadRequest['done'];
}

/** The calls of an engine: made, sent until Redis answers, and read. */
export class Cycles {
  readonly #calls = new CallMaker();

  constructor(readonly engine: CyclingEngine) {}

  /** One cycle, sent again until Redis answers; `undefined` when the lease was lost and nothing was settled. */
  async run(
    queues: readonly CycleQueue[],
    parts: readonly CyclePart[],
    request?: AheadRequest,
  ): Promise<CycleResult | undefined> {
    return this.#sendAndRead(this.#make(queues, parts, request));
  }

  /** The same behind a wait of this client, told in the moment in which a reply comes that brings a job and nothing else. */
  runBehind(
    client: RedisClient,
    queues: readonly CycleQueue[],
    part: CyclePart,
    told: (result: CycleResult | undefined) => void,
  ): void {
    const sent = this.#make(queues, [part]);
    const answered = (reply: CycleReply | undefined): void => void this.#sendAndRead(sent, reply).then(told);
    // What came while this process stood still may be somebody else's by now: the same call again tells.
    const again = (): void => answered(undefined);
    sendBehind(client, this.engine.connection, sent.call, {
      claimed: (payload) => (this.engine.hasStoodStill ? again() : told(onlyClaim(payload))),
      answered: (reply) => (this.engine.hasStoodStill ? again() : answered(reply)),
    });
  }

  #make(queues: readonly CycleQueue[], parts: readonly CyclePart[], request?: AheadRequest): Sent {
    const { leaseId, connection } = this.engine;
    const call = this.#calls.make(leaseId, connection.dialect, queues, parts, request);
    return { call, parts, done: request?.done ?? [] };
  }

  async #sendAndRead(sent: Sent, early?: CycleReply): Promise<CycleResult | undefined> {
    const reply = early ?? (await this.#send(sent));
    if (!reply || reply.status === 'lost') {
      if (reply) await this.engine.leaseLost(sent.call.leaseId);
      return undefined;
    }
    const outlaws = sent.parts.filter((_, index) =>
      ['lost', 'taken'].includes(reply.slots[index]?.settlement ?? ''),
    );
    if (outlaws.length > 0) await this.engine.register(outlaws.map(({ slot }) => slot));
    return this.#read(sent, reply);
  }

  #send({ call, parts, done }: Sent): Promise<CycleReply | undefined> {
    return untilAnswered(
      this.engine,
      () => sendCycle(this.engine.connection, call),
      // What was claimed ahead must be heard of, whoever has left meanwhile: it is held as long as the lease is.
      () => call.ahead.wanted === 0 && [...parts, ...done].every(({ slot }) => slot.isCutOff),
    );
  }

  #read({ call, parts, done }: Sent, reply: Extract<CycleReply, { status: 'cycled' }>): CycleResult {
    tellBroken(reply.brokenQueues, (parts[0] ?? done[0])?.slot);
    // Under a lease that was lost meanwhile nothing is held any more.
    return resultOf(reply, call.leaseId === this.engine.leaseId ? claimsOf(reply.ahead, call) : []);
  }
}

/** A job of the first queue, for the only slot. */
const onlyClaim = (payload: string): CycleResult => ({
  slots: [{ settlement: 'none', reason: '', claim: { queueIndex: 0, payload }, record: null }],
  ahead: [],
  isBarred: false,
  isClosed: false,
});
