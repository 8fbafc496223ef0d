import { until } from '@reskue/testkit';
import type { Actor } from '../rig/actor.js';
import { Proxy, type Boundary, type Sent } from '../rig/proxy.js';
import { leaveToTheDead } from './leave-to-the-dead.js';
import type { Lane } from './lane.js';
import type { Life, Role } from './life.js';

export interface Blow {
  boundary: Boundary;
  strike: 'kill' | 'drop';
  /** Part of the process's end, which begins when the job is over. */
  isInEnd: boolean;
}

export interface Run {
  /** The commands that came by in the job's life, and those by which the process ended. */
  passed: Sent[];
  ending: Sent[];
  hasStruck: boolean;
  /** From the kill until the job was started anew, ms; undefined where it had not been started before. */
  recoveryMs: number | undefined;
  starts: number;
}

const leaseMs = 1_000;
/** Longest wait for a boundary that only time brings (renewals, polls). */
const patienceMs = 2_000;

let lastJob = 0;

/** Lets one job live, with a blow at one boundary of one process, and throws where the job or Redis is not as it must be. */
export async function runLife(lane: Lane, life: Life, victimRole: Role, blow?: Blow): Promise<Run> {
  await lane.redis.flushall();
  const proxy = await Proxy.start(lane.server.socket);
  const victim = await lane.victim();
  const job = `${life.name}-${process.pid}-${(lastJob += 1)}`;
  const run = new LifeRun(lane, life, job, victimRole, victim, proxy);
  try {
    if (blow) proxy.arm(blow.boundary, blow.strike === 'drop' ? 'drop' : () => victim.signal('SIGKILL'));
    await run.play();
    if (blow && !blow.isInEnd)
      await until(() => proxy.hasStruck, { timeoutMs: patienceMs }).catch(() => undefined);
    await run.rescued();
    const passed = [...proxy.passed];
    await run.end(blow?.isInEnd ?? false);
    await run.check();
    const ending = proxy.passed.slice(passed.length);
    return { passed, ending, hasStruck: proxy.hasStruck, ...run.checkLedger() };
  } finally {
    await run.cleanUp();
    await proxy.close();
  }
}

class LifeRun {
  readonly #parts: { by: Actor; name: string }[] = [];
  #rescue: Promise<void> | undefined;
  #isEnded = false;

  constructor(
    readonly lane: Lane,
    readonly life: Life,
    readonly job: string,
    readonly victimRole: Role,
    readonly victim: Actor,
    readonly proxy: Proxy,
  ) {}

  async play(): Promise<void> {
    const { life, lane, victim } = this;
    if (life.isDeads) {
      await this.#produce('producer', lane.standby, {});
      await leaveToTheDead(lane.redis, leaseMs);
    }
    void victim.exited.then(() => (this.#rescue ??= this.#startRescue()));
    for (const role of life.roles) {
      const isVictim = role === this.victimRole;
      const start = this.#start(role, isVictim ? victim : lane.standby, isVictim);
      // Of a victim that was killed nothing is expected any more.
      await (isVictim ? start.catch((error: unknown) => this.#mustBeDead(error)) : start);
    }
  }

  /** Waits until the job has come to its end, whoever brings it there. */
  async rescued(): Promise<void> {
    await this.#rescue;
    await until(() => this.#isOver(), { timeoutMs: 12_000 });
  }

  /** Ends what still runs in good order: the victim first, which may be struck now, too. */
  async end(isStruckNow: boolean): Promise<void> {
    const { redis } = this.lane;
    const { proxy, victim } = this;
    for (const { by, name } of [...this.#parts])
      if (by === victim && by.isAlive)
        await by.tell('end', { name }).catch((error: unknown) => this.#mustBeDead(error));
    if (isStruckNow) await until(() => proxy.hasStruck, { timeoutMs: 300 }).catch(() => undefined);
    if (victim.killedAt !== undefined) await victim.exited;
    await this.#rescue;
    this.#isEnded = true;
    // Whoever still works takes back what the dead left.
    const isWorking = this.#parts.some(({ by, name }) => by !== this.victim && name === 'worker');
    if (isWorking) await until(async () => (await redis.zcard('resque:leases')) === 1, { timeoutMs: 5_000 });
    await this.#endStandby();
  }

  /** What is left in Redis when everybody is gone. */
  async check(): Promise<void> {
    const { redis } = this.lane;
    const left = (await redis.keys('*')).filter((key) => !mayStay.test(key));
    if (left.length > 0) throw new Error(`left in Redis: ${left.join(', ')}`);
    const crashes = this.lane.crashes();
    if (crashes.length > 0) throw new Error(`crashed: ${crashes.join('\n')}`);
    const is = await this.#ends();
    const { processed, failed } = this.life.ends;
    const isMissing = is.processed + is.failed === 0 && !this.#isAccepted();
    // A job that was started anew may have failed less often than one that was not.
    const failedFits = this.life.kind === 'retry' ? is.failed <= 1 : is.failed === failed;
    if (!isMissing && !(is.processed === processed && failedFits))
      throw new Error(`settled ${JSON.stringify(is)}, not ${JSON.stringify(this.life.ends)}`);
  }

  async cleanUp(): Promise<void> {
    this.#isEnded = true;
    await this.#rescue?.catch(() => undefined);
    await this.#endStandby();
    this.victim.mayEnd();
    await this.victim.remove();
  }

  async #endStandby(): Promise<void> {
    const { standby } = this.lane;
    for (const { by, name } of this.#parts.splice(0))
      if (by === standby && name !== 'producer') await standby.tell('end', { name });
  }

  checkLedger(): { starts: number; recoveryMs: number | undefined } {
    const entries = this.lane.ledger.read().filter(({ job }) => job === this.job);
    const startedAt = entries.filter(({ what }) => what === 'started').map(({ at }) => at);
    const { killedAt } = this.victim;
    const isWorkerKilled = killedAt !== undefined && this.victimRole === 'worker';
    const most = this.life.starts + (isWorkerKilled ? 1 : 0);
    const least = this.#isAccepted() ? 1 : 0;
    if (startedAt.length < least || startedAt.length > most)
      throw new Error(`started ${startedAt.length} times, not ${least} to ${most}`);
    const anew = startedAt.find((at) => at > (killedAt ?? Infinity));
    const wasStarted = startedAt.some((at) => at <= (killedAt ?? 0));
    const recoveryMs = isWorkerKilled && wasStarted && anew !== undefined ? anew - killedAt : undefined;
    return { starts: startedAt.length, recoveryMs };
  }

  async #start(role: Role, by: Actor, isProxied: boolean): Promise<void> {
    const { lane } = this;
    const connection = isProxied
      ? { host: '127.0.0.1', port: this.proxy.port }
      : { path: lane.server.socket };
    this.#parts.push({ by, name: role });
    if (role === 'worker') {
      await by.tell('worker', { name: role, options: { connection, lease: leaseMs, timeout: 500 } });
    } else if (role === 'scheduler') {
      await by.tell('scheduler', { name: role, options: { connection, timeout: 500, leaderLockTimeout: 1 } });
    } else {
      await this.#produce(role, by, connection);
    }
  }

  async #produce(role: 'producer', by: Actor, connection: object): Promise<void> {
    const { lane, life, job } = this;
    if (by !== lane.standby) await by.tell('queue', { name: role, options: { connection } });
    const { kind, delayMs } = life;
    await by.tell('enqueue', { name: role, work: [{ id: job, kind, args: [], delayMs }] });
    // A refusal is an answer, but here is nothing to refuse.
    if (by.isAlive && !this.#isAccepted()) throw new Error(`the job was rejected`);
  }

  /** Whoever was killed is replaced; a producer that died has nothing to replace. */
  async #startRescue(): Promise<void> {
    if (this.#isEnded || this.victim.killedAt === undefined || this.victimRole === 'producer') return;
    await this.#start(this.victimRole, this.lane.standby, false);
  }

  #mustBeDead(error: unknown): void {
    if (this.victim.killedAt === undefined) throw error;
  }

  #isAccepted(): boolean {
    return this.lane.ledger.read().some(({ job, what }) => job === this.job && what === 'accepted');
  }

  /** Nobody has it in hand and nothing waits; if it was accepted, it was settled. */
  async #isOver(): Promise<boolean> {
    const places = (await this.lane.redis.keys('*')).filter((key) => isPlace.test(key));
    const { processed, failed } = this.life.ends;
    const is = await this.#ends();
    const isSettled = is.processed >= processed && is.failed >= failed;
    return places.length === 0 && (isSettled || !this.#isAccepted());
  }

  async #ends(): Promise<{ processed: number; failed: number }> {
    const { redis } = this.lane;
    const [processed, failed] = await redis.mget('resque:stat:processed', 'resque:stat:failed');
    const entries = await redis.llen('resque:failed');
    if (this.life.kind !== 'retry' && entries !== Number(failed))
      throw new Error(`${entries} entries in failed, and ${Number(failed)} counted`);
    return { processed: Number(processed), failed: Number(failed) };
  }
}

/** Keys that hold jobs: queues, buckets, records. */
const isPlace = /^resque:(queue:|delayed:\d|worker:(?!ping:)(?!.*:started$))/;
/** What the end of every process may leave: totals, names, tokens, numbers of calls, a look; and, until they run out, interruptions and locks. */
const mayStay =
  /^resque:(stat:(processed|failed)$|lease:.*:wake$|queues$|failed$|producer:|wake(:|$)|due:wake$|leases:looked$|leader$|connection_test_key$|(resque:)?resque_scheduler)/;
