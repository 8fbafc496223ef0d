import { withoutMembers } from '../payload/payload-members.js';

/**
 * Every Redis key of a namespace, in one place. Resque's own keys are as Ruby Resque, resque-scheduler and node-resque
 * write them; those after the comment "ours" are described in docs/protocol.md.
 */
export interface Keys {
  /** What every key begins with, its colon included; empty for an empty namespace. */
  readonly prefix: string;
  readonly queues: string;
  readonly failed: string;
  readonly workers: string;
  /** resque-scheduler's index of delayed seconds. */
  readonly schedule: string;
  readonly processed: string;
  readonly failures: string;
  /** Ruby Resque's hash of last signs of life, by worker id. */
  readonly heartbeat: string;
  /** Ruby Resque's fleet-wide stop: pauses while it holds `true`. */
  readonly pauseAll: string;
  readonly persistentSchedules: string;
  readonly schedulesChanged: string;
  readonly lastEnqueuedAt: string;
  /** node-resque 9's scheduler lock. */
  readonly leaderLock: string;
  /** resque-scheduler's lock; redis-namespace puts the namespace in front twice. */
  readonly rubyMasterLock: string;
  /** node-resque 4's scheduler lock. */
  readonly v4MasterLock: string;
  readonly connectionTest: string;
  queue(queue: string): string;
  /** The list of payloads delayed until this epoch second. */
  bucket(second: number | string): string;
  /**
   * The set of the seconds for which this payload is delayed, members behind the job left out; its members are
   * {@link bucketMember}.
   */
  timestamps(payload: string): string;
  /** The same as a stranger has it whose payloads have such members: under the whole text. */
  wholeTimestamps(payload: string): string;
  /** What a worker is working on. */
  record(workerId: string): string;
  started(workerId: string): string;
  /** node-resque's sign of life, by worker name. */
  ping(name: string): string;
  processedBy(worker: string): string;
  failuresBy(worker: string): string;

  // ours
  /** Lease ids by expiry, ms of Redis time. */
  readonly leases: string;
  /** When anybody last looked for expired leases, ms of Redis time. */
  readonly leasesLooked: string;
  /** The worker ids of one process and the number of the last call applied for each. */
  lease(id: string): string;
  /** The keys of the locks that one process holds, by the number of the holder. */
  leaseLocks(id: string): string;
  /** The keys of the locks that came along with claims made ahead, by the number of the claim. */
  leaseBrought(id: string): string;
  /** What one process claimed ahead of its free slots, by the number of the claim. */
  leaseAhead(id: string): string;
  /** How often a job was reaped, by the SHA-1 of its payload. */
  readonly recovered: string;
  /** Exact due times, ms, of delayed jobs; the buckets know whole seconds only. */
  readonly due: string;
  /** Until when the leading scheduler is surely alive (ms of Redis time), and its name. */
  readonly leader: string;
  /** Wakes the leading scheduler when a job became the earliest. */
  readonly dueWake: string;
  /** Wakes an idle process that works every queue when a new queue appeared. */
  readonly wake: string;
  /** Wakes one idle process that works this queue. */
  wakeQueue(queue: string): string;
  /** Up to which tick (ms) each schedule is decided, by its name. */
  readonly schedulesFired: string;
  /** Since when (ms) the times of each schedule stand, a space, and what they are computed from. */
  readonly schedulesSince: string;
  /** The payload of the last job of a schedule whose jobs must not overlap. */
  readonly schedulesLast: string;
  /** The names of the paused queues. */
  readonly paused: string;
  /** Which calls of one producer were applied. */
  producer(nonce: string): string;
}

/**
 * The list that holds the payload of a claim made ahead whose record has none; `ahead` is the key of what the lease's process
 * claimed ahead. Scripts put it together themselves.
 */
export const payloadListOf = (ahead: string, claim: number | string): string => `${ahead}:${claim}`;

/** The member that stands for a second in a `timestamps:` set: without the namespace, as both neighbours write it. */
export const bucketMember = (second: number | string): string => `delayed:${second}`;

/** The member of the `due` set for one delayed payload. */
export const dueMember = (second: number | string, payload: string): string => `${second}:${payload}`;

/**
 * Joins the parts that are not blank, as node-resque's `Connection#key` does. There a part that is undefined is kept, and
 * leaves nothing between its colons: `worker:x::started`.
 */
export function joinKey(namespace: string | readonly string[], parts: readonly unknown[]): string {
  let joined: string | undefined;
  const add = (part: unknown): void => {
    const text = typeof part === 'string' ? part : String(part);
    if (text.trim() === '') return;
    const shown = part === undefined || part === null ? '' : text;
    joined = joined === undefined ? shown : `${joined}:${shown}`;
  };
  if (typeof namespace === 'string') add(namespace);
  else namespace.forEach(add);
  for (const part of parts) add(part);
  return joined ?? '';
}

/** The keys of a namespace (`"resque"`, or several parts); an empty one gives keys without a prefix. */
export function createKeys(namespace: string | readonly string[]): Keys {
  const base = joinKey(namespace, []);
  const prefix = base === '' ? '' : `${base}:`;
  const at = (name: string): string => prefix + name;
  return {
    prefix,
    queues: at('queues'),
    failed: at('failed'),
    workers: at('workers'),
    schedule: at('delayed_queue_schedule'),
    processed: at('stat:processed'),
    failures: at('stat:failed'),
    heartbeat: at('workers:heartbeat'),
    pauseAll: at('pause-all-workers'),
    persistentSchedules: at('persistent_schedules'),
    schedulesChanged: at('schedules_changed'),
    lastEnqueuedAt: at('delayed:last_enqueued_at'),
    leaderLock: at('resque_scheduler_leader_lock'),
    rubyMasterLock: prefix + at('resque_scheduler_master_lock'),
    v4MasterLock: at('resque_scheduler_master_lock'),
    connectionTest: at('connection_test_key'),
    queue: (queue) => at(`queue:${queue}`),
    bucket: (second) => at(`delayed:${second}`),
    timestamps: (payload) => at(`timestamps:${withoutMembers(payload)}`),
    wholeTimestamps: (payload) => at(`timestamps:${payload}`),
    record: (workerId) => at(`worker:${workerId}`),
    started: (workerId) => at(`worker:${workerId}:started`),
    ping: (name) => at(`worker:ping:${name}`),
    processedBy: (worker) => at(`stat:processed:${worker}`),
    failuresBy: (worker) => at(`stat:failed:${worker}`),
    leases: at('leases'),
    leasesLooked: at('leases:looked'),
    lease: (id) => at(`lease:${id}`),
    leaseLocks: (id) => at(`lease:${id}:locks`),
    leaseBrought: (id) => at(`lease:${id}:brought`),
    leaseAhead: (id) => at(`lease:${id}:ahead`),
    recovered: at('recovered'),
    due: at('due'),
    leader: at('leader'),
    dueWake: at('due:wake'),
    wake: at('wake'),
    wakeQueue: (queue) => at(`wake:${queue}`),
    schedulesFired: at('schedules:fired'),
    schedulesSince: at('schedules:since'),
    schedulesLast: at('schedules:last'),
    paused: at('paused'),
    producer: (nonce) => at(`producer:${nonce}`),
  };
}
