import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '../rig/actor.js';
import type { Proxy } from '../rig/proxy.js';
import type { Scene } from '../rig/scene.js';

export const leaseMs = 5_000;
const slots = 4;
const options = { lease: leaseMs };

/** The processes of a soak; each that goes is replaced. */
export class Fleet {
  readonly workers: { actor: Actor; proxy: Proxy }[] = [];
  readonly schedulers: Actor[] = [];

  constructor(readonly scene: Scene) {}

  async hireWorker(): Promise<void> {
    this.workers.push(await this.scene.proxied(slots, options));
  }

  async hireScheduler(): Promise<void> {
    this.schedulers.push(await this.scene.scheduler({ timeout: 500, leaderLockTimeout: 2 }));
  }

  /** The one that has been there longest; so everybody's turn comes. */
  nextWorker(): { actor: Actor; proxy: Proxy } {
    const worker = this.workers.shift();
    if (!worker) throw new Error('no worker is left');
    return worker;
  }
}

const others = ['TYPE', 'normal', 'SKIPME', 'yes'];
const upTo = (ms: number): number => Math.random() * ms;

async function standStill({ scene }: Fleet, actor: Actor, stop: () => void, goOn: () => void): Promise<void> {
  const blow = scene.standsStill(actor);
  stop();
  await pause(leaseMs + upTo(5_000));
  goOn();
  blow.until = Date.now();
}

/** What may happen at any moment; each resolves when it is over. */
export const faults: Record<string, (fleet: Fleet) => Promise<unknown>> = {
  async 'kill -9 of a worker process'(fleet) {
    fleet.scene.kill(fleet.nextWorker().actor);
    await fleet.hireWorker();
  },
  async 'kill -9 of a scheduler'(fleet) {
    const scheduler = fleet.schedulers.shift();
    if (scheduler) fleet.scene.kill(scheduler);
    await fleet.hireScheduler();
  },
  async 'SIGTERM of a worker process'(fleet) {
    const { actor } = fleet.nextWorker();
    await actor.tell('signals', { name: 'worker' });
    actor.mayEnd();
    actor.signal('SIGTERM');
    await fleet.hireWorker();
    await actor.exited;
  },
  async 'SIGSTOP of a worker process beyond its lease'(fleet) {
    const worker = fleet.nextWorker();
    const { actor } = worker;
    await standStill(
      fleet,
      actor,
      () => actor.signal('SIGSTOP'),
      () => actor.signal('SIGCONT'),
    );
    fleet.workers.push(worker);
  },
  async 'network that swallows everything beyond the lease'(fleet) {
    const worker = fleet.nextWorker();
    const { actor, proxy } = worker;
    await standStill(
      fleet,
      actor,
      () => proxy.freeze(),
      () => proxy.thaw(),
    );
    fleet.workers.push(worker);
  },
  async 'connections of a worker process cut'(fleet) {
    fleet.workers[0]?.proxy.cutAll();
  },
  'restart of Redis': ({ scene }) => scene.server.restart(),
  async 'kill -9 of Redis'({ scene }) {
    await scene.server.kill();
    await pause(upTo(3_000));
    await scene.server.restart();
  },
  'SCRIPT FLUSH': ({ scene }) => scene.redis.script('FLUSH'),
  'CLIENT KILL of every connection': ({ scene }) => scene.redis.call('CLIENT', 'KILL', ...others),
  async 'CLIENT PAUSE of up to 8 s'({ scene }) {
    const ms = Math.round(upTo(8_000));
    await scene.redis.call('CLIENT', 'PAUSE', String(ms), 'ALL');
    await pause(ms);
  },
  'DEBUG SLEEP of up to 5 s': ({ scene }) => scene.redis.call('DEBUG', 'SLEEP', String(upTo(5))),
  async 'maxmemory reached'({ scene }) {
    await scene.redis.config('SET', 'maxmemory', '1mb');
    await pause(2_000);
    await scene.redis.config('SET', 'maxmemory', '0');
  },
};
