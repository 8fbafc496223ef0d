import { holderOf, onlyUnlocks, type CycleSlot, type Outcome } from '@reskue/core/protocol';
import { Actor, type Sent, type Slot, type Waiting } from './actors.js';
import * as calls from './calls.js';
import type { Command, Fate } from './commands.js';
import { checkExpected, checkReachable, checkSomewhere } from './invariants.js';
import { jobText } from './job-texts.js';
import * as plans from './plans.js';
import { nothing, payloadOfEntry, type RedisState } from './redis-state.js';
import type { Wire } from './wire.js';

const queues = ['a', 'b'];
/** Epoch ms; the first delayed second begins 5 s later. */
const beginning = 995_000;
const firstSecond = 1_000;
const waits = [400, 3_000, 6_000, 11_000];
/** So many calls back a copy may come late. */
const longestDelay = 10;

/** Plays a history on a real Redis and throws at the first thing that is not as it must be. */
export class World {
  readonly actors = [0, 1, 2].map((index) => new Actor(index));
  state: RedisState = nothing();
  now = beginning;
  /** How often each job should be there. */
  readonly #accepted = new Map<string, number>();
  readonly #sent: Sent[] = [];
  #jobs = 0;
  #calls = 0;
  #lastDelayed = '';

  constructor(readonly wire: Wire) {}

  /** Two processes at work and two jobs, so that short histories reach far. */
  async begin(): Promise<void> {
    void this.wire.redis.flushdb();
    for (const actor of this.actors.slice(0, 2)) await this.#register(actor, 'answered');
    await this.#enqueue(this.actors[0]!, { one: 0, two: 1, fate: 'answered' });
  }

  async play(command: Command): Promise<void> {
    const actor = this.actors[command.by]!;
    const { fate, one, two } = command;
    const { keys } = this.wire;
    switch (command.step) {
      case 'enqueue':
        return this.#enqueue(actor, command);
      case 'delay':
        return this.#delay(actor, command);
      case 'register':
        return this.#register(actor, fate);
      case 'cycle':
        return this.#cycle(actor, command);
      case 'beginAhead':
        return this.#beginAhead(actor, two > 0);
      case 'giveBack': {
        const waiting = actor.waiting.splice(two % 2);
        if (waiting.length > 0) await this.#send(actor, calls.giveBackCall(keys, actor, waiting), fate);
        return;
      }
      case 'adopt': {
        const slot = actor.slots.find(({ held, isAhead, pending }) => held && isAhead && !pending);
        if (slot?.held) await this.#send(actor, calls.adoptCall(keys, actor, slot, slot.held.claim), fate);
        return;
      }
      case 'renew':
        return this.#send(actor, calls.renewCall(keys, actor), fate);
      case 'unregister': {
        const idle = actor.slots.filter((slot) => slot.isRegistered && !slot.held && !slot.pending);
        if (idle.length > 0 && actor.done.length + actor.waiting.length === 0)
          await this.#send(actor, calls.unregisterCall(keys, actor, idle), fate);
        return;
      }
      case 'crash':
        return actor.die();
      case 'readForReaping': {
        const expired = [...this.state.leases].filter(([, expiry]) => expiry <= this.now || two === 0);
        const lease = expired[one % (expired.length || 1)]?.[0];
        if (lease !== undefined) actor.plan = await plans.planReaping(this.wire, lease);
        return;
      }
      case 'readForPromotion': {
        const to = ['a', 'b', 'a', 'b', 'failed', 'later'][one]!;
        const second = firstSecond + (two % 2);
        actor.plan = await plans.planPromotion(this.wire, this.state, second, this.now, to);
        return;
      }
      case 'readForCleaning': {
        const workers = [...this.state.workers];
        const worker = workers[one % (workers.length || 1)];
        if (worker !== undefined) actor.plan = await plans.planCleaning(this.wire, this.state, worker);
        return;
      }
      case 'runPlan': {
        const { plan } = actor;
        actor.plan = null;
        if (plan) await this.#send(actor, plan, fate);
        return;
      }
      case 'removeDelayed': {
        const second = firstSecond + (two % 2);
        const payload = this.state.buckets.get(String(second))?.[0] ?? this.#lastDelayed;
        return this.#send(actor, calls.removeDelayedCall(keys, second, payload), fate);
      }
      case 'retryFailed': {
        const entry = this.state.failed[0];
        if (entry === undefined) return;
        const payload = payloadOfEntry(entry, (text) => this.#accepted.has(text));
        return this.#send(actor, calls.retryFailedCall(keys, entry, queues[two % 2]!, payload), fate);
      }
      case 'lock': {
        const slot = actor.slots.find(({ held, pending }) => held && !pending);
        if (slot) await this.#send(actor, calls.lockCall(keys, actor, slot, `l${two % 2}`), fate, [slot]);
        return;
      }
      case 'neighbourClaims':
        return this.#neighbourClaims();
      case 'neighbourCleans':
        return this.#neighbourCleans(one);
      case 'lateCopy': {
        const late = this.#sent.at(-1 - ((one * 4 + two) % longestDelay));
        if (late && !(late.endsWhenAnswered && late.isAnswered)) await this.#deliver(late);
        return;
      }
      case 'wait':
        this.now += waits[two]!;
    }
  }

  /** Whatever happened: once everything ran out and was taken back and promoted, each job waits in a queue or in `failed`. */
  async end(): Promise<void> {
    this.now += 3_600_000;
    for (const lease of this.state.leases.keys())
      await this.#deliver(await plans.planReaping(this.wire, lease));
    for (const [worker, { lease }] of this.state.records)
      if (lease === null) await this.#deliver(await plans.planTakingBack(this.wire, worker));
    for (const second of this.state.schedule) {
      const plan = await plans.planPromotion(this.wire, this.state, Number(second), this.now, 'a');
      await this.#deliver(plan);
    }
    const { records, ahead, buckets, schedule, leases, locks } = this.state;
    const stuck = [records, ahead, buckets, schedule, leases, locks].flatMap((left) => [...left.keys()]);
    if (stuck.length > 0) throw new Error(`stuck: ${stuck.join(', ')}`);
  }

  #newJob(kind: number): string {
    this.#jobs += 1;
    return jobText(kind, this.#jobs);
  }

  async #enqueue(actor: Actor, { one, two, fate }: { one: number; two: number; fate: Fate }): Promise<void> {
    if (await this.#resend(actor, fate)) return;
    const payloads = Array.from({ length: 1 + (two >> 1) }, () => this.#newJob(one));
    const call = (this.#calls += 1);
    const queue = queues[two % 2]!;
    await this.#send(
      actor,
      calls.enqueueCall(this.wire.keys, `p${actor.index}`, call, queue, payloads),
      fate,
      [actor],
    );
  }

  async #delay(actor: Actor, { one, two, fate }: Command): Promise<void> {
    if (await this.#resend(actor, fate)) return;
    const again = two > 1 && this.#lastDelayed !== '';
    this.#lastDelayed = again ? this.#lastDelayed : this.#newJob(one);
    const call = (this.#calls += 1);
    const job = { payload: this.#lastDelayed, ...dueTime(one) };
    await this.#send(actor, calls.delayCall(this.wire.keys, `p${actor.index}`, call, job), fate, [actor]);
  }

  /** A call that was not answered goes first, under its number. */
  async #resend(owner: Actor, fate: Fate): Promise<boolean> {
    if (!owner.pending) return false;
    await this.#send(owner, owner.pending, fate, [owner]);
    return true;
  }

  async #register(actor: Actor, fate: Fate): Promise<void> {
    if (!actor.isAlive) actor.start();
    const slots = actor.slots.filter((slot) => !slot.isRegistered && !slot.pending);
    if (slots.length === 0) return;
    const occupied: string[] = [];
    await this.#send(actor, calls.registerCall(this.wire.keys, actor, slots, occupied), fate);
    for (const worker of occupied) await this.#deliver(await plans.planTakingBack(this.wire, worker));
  }

  /** A slot takes the next claim; most often it is done at once. */
  #beginAhead(actor: Actor, isShort: boolean): void {
    const slot = actor.slots.find(({ isRegistered, held, pending }) => isRegistered && !held && !pending);
    const next = slot && actor.waiting.shift();
    if (!next) return;
    if (isShort) actor.done.push(next.claim);
    else [slot.held, slot.isAhead] = [next, true];
  }

  async #cycle(actor: Actor, command: Command): Promise<void> {
    // Of a process's calls that claim ahead, one is sent again before the next.
    if (actor.pending) {
      await this.#resend(actor, command.fate);
      return;
    }
    const chosen = actor.slots.filter((_, index) => command.slots & (1 << index));
    const pending = chosen.find((slot) => slot.pending)?.pending;
    if (pending) {
      const slots = actor.slots.filter((slot) => slot.pending === pending);
      return this.#send(actor, pending, command.fate, slots);
    }
    const { leaseId } = actor;
    const taking: Slot[] = [];
    const parts: CycleSlot[] = [];
    for (const [index, slot] of chosen.entries()) {
      const ending = index === 0 ? command.ending : command.otherEnding;
      const outcome = calls.outcomeFor(this.wire.keys, slot, ending, dueTime(command.one));
      const wants = !outcome || (command.wants & (1 << index)) !== 0;
      if (!slot.isRegistered) continue;
      if (slot.isAhead && slot.held && outcome && !wants && onlyUnlocks(outcome)) {
        finishAhead(actor, slot, slot.held, outcome);
        continue;
      }
      const { workerId } = slot;
      const number = (actor.number += 1);
      taking.push(slot);
      const part = { workerId, name: workerId, countedAs: workerId, number, wants, outcome };
      parts.push(slot.isAhead && slot.held ? { ...part, aheadClaim: slot.held.claim } : part);
    }
    if (parts.length === 0 && actor.done.length === 0) return;
    const asked = [queues, queues.toReversed(), ['a'], ['b']][command.two]!;
    const first = actor.number + 1;
    const wanted = actor.slots.some(({ isRegistered }) => isRegistered) ? command.ahead : 0;
    actor.number += wanted;
    const done = actor.done.length > 0 ? [{ countedAs: 'h', claims: actor.done }] : [];
    const { unlocks } = actor;
    actor.done = [];
    actor.unlocks = [];
    const queuesOfCall = asked.map((name) => ({ name, owed: true }));
    const call = {
      leaseId,
      runAt: 'now',
      queues: queuesOfCall,
      slots: parts,
      ahead: { first, wanted, done, unlocks },
    };
    const sent = calls.cycleCall(this.wire.keys, actor, taking, call);
    // A call without slots is the process's own.
    return this.#send(actor, sent, command.fate, taking.length > 0 ? taking : [actor]);
  }

  /** A worker of node-resque under the name that two of our processes share: pops, and dies at once. */
  async #neighbourClaims(): Promise<void> {
    const worker = 'h:9:a,b';
    const payload = this.state.queues.get('a')?.[0];
    const isOurs = [...this.state.numbers.values()].some((workers) => workers.has(worker));
    if (payload === undefined || isOurs || this.state.records.has(worker) || payload.startsWith('no JSON'))
      return;
    const { keys } = this.wire;
    const record = `{"run_at":"now","queue":"a","payload":${payload},"worker":"h:9"}`;
    await this.wire.redis
      .multi()
      .lpop(keys.queue('a'))
      .set(keys.record(worker), record)
      .sadd(keys.workers, worker)
      .exec();
    this.state = await this.wire.state();
    checkSomewhere(this.state, this.#accepted);
  }

  /** An old scheduler takes a worker for dead: it knows the list and the record, and nothing of leases. */
  async #neighbourCleans(choice: number): Promise<void> {
    const { keys } = this.wire;
    const workers = [...this.state.workers];
    const worker = workers[choice % (workers.length || 1)];
    if (worker === undefined) return;
    const held = this.state.records.get(worker);
    const cleaning = this.wire.redis.multi().srem(keys.workers, worker).del(keys.record(worker));
    if (held) cleaning.rpush(keys.failed, `{"payload":${asJson(held.payload)},"queue":"a"}`);
    await cleaning.exec();
    this.state = await this.wire.state();
    checkSomewhere(this.state, this.#accepted);
  }

  /** `owners` keep what was not answered, to send it again. */
  async #send(actor: Actor, sent: Sent, fate: Fate, owners: (Slot | Actor)[] = []): Promise<void> {
    if (!actor.isAlive && owners.includes(actor) && !actor.pending) actor.start();
    this.#sent.push(sent);
    if (fate === 'crashBefore') return actor.die();
    if (fate !== 'notDelivered') {
      if (fate === 'sentTwice') await this.#deliver(sent);
      const reply = await this.#deliver(sent);
      if (fate === 'crashAfter') return actor.die();
      if (fate !== 'replyLost') {
        for (const owner of owners) owner.pending = null;
        sent.isAnswered = true;
        return sent.answer(reply);
      }
    }
    for (const owner of owners) owner.pending = sent;
  }

  async #deliver(sent: Sent): Promise<unknown> {
    const before = this.state;
    let expected;
    let last: unknown;
    for await (const { reply, state } of this.wire.deliver(sent.recorded, this.now)) {
      if (!expected) {
        expected = sent.expect(before, reply);
        for (const payload of expected.accepted) this.#count(payload, 1);
        for (const payload of expected.ended) this.#count(payload, -1);
      }
      this.state = state;
      last = reply;
      checkSomewhere(state, this.#accepted);
    }
    if (!expected) throw new Error('a call without a command');
    checkExpected(this.state, expected);
    checkReachable(this.state);
    return last;
  }

  #count(payload: string, by: number): void {
    this.#accepted.set(payload, (this.#accepted.get(payload) ?? 0) + by);
  }
}

const asJson = (payload: string): string =>
  payload.startsWith('no JSON') ? JSON.stringify(payload) : payload;

/** Up to half a second before or after its second begins, as our own producers delay. */
const dueTime = (choice: number): { second: number; dueMs: number } => {
  const second = firstSecond + (choice % 2);
  return { second, dueMs: second * 1_000 + [-400, 0, 400][choice % 3]! };
};

/** A claim made ahead is done: it is settled by its number, with its locks. */
function finishAhead(actor: Actor, slot: Slot, held: Waiting, { commands }: Outcome): void {
  actor.done.push(held.claim);
  actor.unlocks.push(...commands.map(holderOf));
  slot.held = null;
  slot.isAhead = false;
  slot.locks.clear();
}
