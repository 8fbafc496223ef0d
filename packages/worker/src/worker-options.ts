import { hostname } from 'node:os';
import {
  OptionReader,
  ReskueError,
  type Connection,
  type ConnectionOptions,
  type LeaseTerms,
} from '@reskue/core/protocol';
import type { LaneTerms } from './engine/lane-terms.js';
import type { HeartbeatTerms } from './heartbeat/heartbeat.js';
import type { JobLimits } from './perform/run-host.js';

/** What a Worker may be given; everything may be left out. */
export interface WorkerOptions {
  /** How to reach Redis, or a ready Connection, which `end()` leaves open. */
  connection?: ConnectionOptions | Connection | undefined;
  /** Under this name it stands in Redis; best `host:pid`, or `host:pid+n`; in dialect `ruby` always. @default workerHost:pid */
  name?: string | undefined;
  /**
   * The host in the name. In dialect `ruby` give one that no Ruby worker has: at its start, a Ruby worker of the same host
   * removes workers whose process does not look like Ruby's, and fails what they have in hand. @default the hostname
   */
  workerHost?: string | undefined;
  /** One queue, or several in the order in which they are asked; `"*"` for all, alphabetically. @default "*" */
  queues?: string | string[] | undefined;
  /** Milliseconds between two looks at idle queues (jobs of Reskue's producers wake it at once) and between pings. @default 5000 */
  timeout?: number | undefined;
  /** `false`: `start()` claims one job and leaves it to the caller. @default true */
  looping?: boolean | undefined;
  /** @default 1 */
  id?: number | undefined;
  /** Milliseconds for which a silent process keeps its jobs, 1,000 to 600,000. @default 10000 */
  lease?: number | undefined;
  /** What becomes of the jobs of a process that died: back to the front of their queue, or to `failed`. @default "requeue" */
  recovery?: 'requeue' | 'fail' | undefined;
  /**
   * So many jobs the process may claim of a list of queues before it has a slot free for them, where fifty in a row were
   * shorter than 5 ms; never more than 10 ms of work. Their `success` is told as they end, a moment before they are settled. They go back to the front of their queues when a job turns out long.
   * When the process dies, up to as many jobs that had ended run a second time. 0 = never. @default 64
   */
  claimAhead?: number | undefined;
  /** So often a job is put back after its process died; then it goes to `failed`. @default 3 */
  maxRecoveries?: number | undefined;
  /**
   * Milliseconds for which a job may block the event loop; then it is settled as failed and its process ends by SIGKILL.
   * 0 = never. @default 300000
   */
  maxBlock?: number | undefined;
  /**
   * Milliseconds that a job may take whose definition has no `timeout`: then its signal aborts, and after `abortGrace` it
   * has failed and the worker goes on without it. 0 = no limit. @default 0
   */
  jobTimeout?: number | undefined;
  /** Milliseconds that an aborted job has to come to its end. @default 5000 */
  abortGrace?: number | undefined;
}

/** How a Worker ends. */
export interface EndOptions {
  /** Milliseconds for the job in hand; then its signal aborts and it goes back to its queue, unspent. @default no limit */
  timeout?: number;
}

export interface ResolvedWorkerOptions {
  connection: ConnectionOptions | Connection;
  name: string;
  queues: string[];
  timeout: number;
  looping: boolean;
  lane: LaneTerms;
  id: number;
  terms: HeartbeatTerms;
  limits: JobLimits;
}

/**
 * Fills in the defaults and refuses what cannot work.
 * @throws RESKUE_OPTION_INVALID with the option's name, what was given and what is expected; RESKUE_WORKER_NAME_INVALID
 */
export function resolveWorkerOptions(given: WorkerOptions = {}): ResolvedWorkerOptions {
  const read = new OptionReader('Worker', given);
  const connection = given.connection ?? {};
  const terms: HeartbeatTerms = {
    leaseMs: readLease(read),
    recovery: read.oneOf('recovery', ['requeue', 'fail'], 'requeue'),
    maxRecoveries: read.integer('maxRecoveries', 3, 0),
    maxBlockMs: read.number('maxBlock', 300_000, 0),
  };
  const timeout = read.number('timeout', 5_000, 1);
  const looping = read.boolean('looping', true);
  const claimAhead = readClaimAhead(read, terms);
  return {
    connection,
    name: readName(read, connection.dialect === 'ruby'),
    queues: readQueues(read),
    timeout,
    looping,
    lane: { timeoutMs: timeout, claimAhead: looping ? claimAhead : 0 },
    id: read.number('id', 1, 0),
    terms,
    limits: { timeoutMs: read.number('jobTimeout', 0, 0), graceMs: read.number('abortGrace', 5_000, 0) },
  };
}

function readName(read: OptionReader, forRuby: boolean): string {
  const host = read.text('workerHost') ?? hostname();
  if (host.trim() === '' || host.includes(':')) {
    throw read.refuse('workerHost', 'a name of a host, without a colon');
  }
  const name = read.text('name') ?? `${host}:${process.pid}`;
  if (name.trim() === '') throw read.refuse('name', 'a name that is not empty, best "host:pid"');
  if (forRuby && !/^[^:]+:\d[^:]*$/.test(name)) {
    throw new ReskueError(
      'RESKUE_WORKER_NAME_INVALID',
      `Worker name "${name}": in dialect "ruby" it must have the form host:pid, or Ruby's workers cannot start`,
    );
  }
  return name;
}

/** Where a job is failed for having been in the hands of a process that died, none is claimed before it can begin. */
function readClaimAhead(read: OptionReader, { recovery, maxRecoveries }: LeaseTerms): number {
  const most = read.integer('claimAhead', 64, 0);
  if (most > 1_000) throw read.refuse('claimAhead', 'a whole number from 0 to 1000');
  return recovery === 'fail' || maxRecoveries === 0 ? 0 : most;
}

function readLease(read: OptionReader): number {
  const leaseMs = read.number('lease', 10_000, 1_000);
  if (leaseMs > 600_000) throw read.refuse('lease', 'milliseconds from 1000 to 600000');
  return leaseMs;
}

function readQueues(read: OptionReader): string[] {
  const given = read.raw('queues') ?? '*';
  const queues: unknown[] = Array.isArray(given) ? given : [given];
  if (queues.every((queue): queue is string => typeof queue === 'string' && queue.trim() !== ''))
    return [...queues];
  throw read.refuse('queues', 'the name of a queue, an array of names, or "*"');
}
