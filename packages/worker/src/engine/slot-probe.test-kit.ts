import type { Connection } from '@reskue/core/protocol';
import { succeeded, type Outcome } from '@reskue/core/protocol';
import type { Engine } from './engine.js';
import type { Lane } from './lane.js';
import type { LaneTerms } from './lane-terms.js';
import { QueueList } from './queue-list.js';
import { Slot, type Claim } from './slot.js';

/** A slot whose jobs a test ends by hand, and everything that its host was told. */
export interface SlotProbe {
  slot: Slot;
  /** It has nothing in hand, and nothing is on its way to Redis. */
  readonly isAtRest: boolean;
  claims: Claim[];
  told: string[];
  /** Joins the engine and asks for jobs. */
  join(connection: Connection, queues: string[], terms?: number | Partial<LaneTerms>): Promise<void>;
  /** Ends the job in hand, as done unless told otherwise. */
  end(outcome?: Outcome): void;
  pause(): void;
  resume(): void;
  leave(): Promise<void>;
}

/** `auto`: it ends each job at once, but for those that `isLong` names. */
export function slotProbe(
  engine: Engine,
  name: string,
  { auto = false, isLong = (_: string): boolean => false } = {},
): SlotProbe {
  let lane: Lane | undefined;
  let joined: Connection | undefined;
  let wants = true;
  const probe: SlotProbe = {
    get isAtRest() {
      return probe.slot.state === 'idle' || probe.slot.state === 'parked';
    },
    claims: [],
    told: [],
    slot: new Slot(
      { workerId: `${name}:q`, name, countedAs: name },
      {
        wantsJob: () => wants,
        claimed(claim) {
          probe.claims.push(claim);
          if (auto && !isLong(claim.payload)) probe.end();
        },
        settled: ({ status }) => probe.told.push(status),
        polled: (queues, found) => probe.told.push(`${found ? 'found' : 'empty'} ${queues.join(',')}`),
        leaseLost: () => probe.told.push('leaseLost'),
        lostAfterwards: ({ payload }) => probe.told.push(`lost ${payload}`),
        queuesChanged: (queues) => probe.told.push(`queues ${queues.join(',')}`),
        failed: (error) => probe.told.push(error.message),
        tell: (event, ...given) => event !== 'warning' && probe.told.push([event, ...given].join(' ')),
        ordered(order, isNews) {
          if (isNews || order !== '') probe.told.push(`${isNews ? 'ordered' : 'finds'} ${order || 'work'}`);
        },
      },
    ),
    async join(connection, queues, given = {}) {
      joined = connection;
      const list = queues.includes('*') ? new QueueList([], true) : new QueueList(queues, false);
      lane = await engine.join(probe.slot, connection, list, {
        timeoutMs: 5_000,
        claimAhead: 0,
        ...(typeof given === 'number' ? { timeoutMs: given } : given),
      });
      lane.offer(probe.slot);
    },
    pause() {
      wants = false;
      lane?.withdraw(probe.slot);
    },
    resume() {
      wants = true;
      lane?.offer(probe.slot);
    },
    end(outcome = succeeded()) {
      probe.slot.outcome = outcome;
      lane?.end(probe.slot);
    },
    async leave() {
      wants = false;
      if (lane && joined) await engine.leave(probe.slot, lane, joined);
    },
  };
  return probe;
}
