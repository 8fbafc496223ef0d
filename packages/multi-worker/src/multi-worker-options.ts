import { hostname } from 'node:os';
import { Connection, OptionReader, type ConnectionOptions, type Jobs } from '@reskue/core/protocol';
import { Worker, type WorkerOptions } from '@reskue/worker';

/** What a MultiWorker may be given; what it does not know itself, its workers get. Everything may be left out. */
export interface MultiWorkerOptions extends Omit<WorkerOptions, 'id' | 'looping'> {
  /** Its workers are called `name:pid+1`, `name:pid+2` and so on. @default `workerHost`, or the name of the host */
  name?: string | undefined;
  /** So many workers there are at least, from the start on. @default 1 */
  minTaskProcessors?: number | undefined;
  /** So many there are at most. @default 10, or `minTaskProcessors` when that is more */
  maxTaskProcessors?: number | undefined;
  /** So many there are, always, instead of a minimum and a maximum. */
  concurrency?: number | undefined;
  /** Milliseconds between two looks whether to have one worker more or less; an idle one of a fixed size takes eight times as long. @default 500 */
  checkTimeout?: number | undefined;
  /** Milliseconds; an event loop that is later than this is taken for blocked. @default 10 */
  maxEventLoopDelay?: number | undefined;
}

/** A MultiWorker's own copy of its options, with the defaults. What is assigned to it counts from the next look on. */
export interface ResolvedMultiWorkerOptions {
  name: string;
  minTaskProcessors: number;
  maxTaskProcessors: number;
  timeout: number;
  checkTimeout: number;
  maxEventLoopDelay: number;
  queues: string[];
  connection: ConnectionOptions | Connection;
}

export interface ResolvedMultiWorker {
  options: ResolvedMultiWorkerOptions;
  connection: Connection;
  /** False when the Connection was handed in. */
  ownsConnection: boolean;
  /** What every worker is made from, but for its name and number. */
  workerOptions: WorkerOptions;
}

/**
 * Fills in the defaults and refuses what cannot work.
 * @throws RESKUE_OPTION_INVALID with the option's name, what was given and what is expected
 */
export function resolveMultiWorkerOptions(given: MultiWorkerOptions, jobs: Jobs): ResolvedMultiWorker {
  const read = new OptionReader('MultiWorker', given);
  const name = read.text('name') ?? read.text('workerHost') ?? hostname();
  if (name.trim() === '') throw read.refuse('name', 'a name that is not empty, best that of the host');
  const own = {
    name,
    ...readSize(read),
    timeout: read.number('timeout', 5_000, 1),
    checkTimeout: read.number('checkTimeout', 500, 1),
    maxEventLoopDelay: read.number('maxEventLoopDelay', 10, 0),
  };
  const workerOptions = { ...given, name, timeout: own.timeout };
  // The rest a worker would refuse later, when nobody hears it: this one shows it now, and is never connected.
  const { queues, originalQueue } = new Worker({ ...workerOptions, connection: {} }, jobs);
  const target = given.connection ?? {};
  const ownsConnection = !isConnection(target);
  const connection = ownsConnection ? new Connection(target) : target;
  return {
    options: { ...own, queues: originalQueue === null ? queues : [originalQueue], connection: target },
    connection,
    ownsConnection,
    workerOptions: { ...workerOptions, connection },
  };
}

function readSize(read: OptionReader): { minTaskProcessors: number; maxTaskProcessors: number } {
  if (read.raw('concurrency') !== undefined) {
    const isAlone =
      read.raw('minTaskProcessors') === undefined && read.raw('maxTaskProcessors') === undefined;
    if (!isAlone) throw read.refuse('concurrency', 'no minTaskProcessors and no maxTaskProcessors beside it');
    const concurrency = read.integer('concurrency', 1, 1);
    return { minTaskProcessors: concurrency, maxTaskProcessors: concurrency };
  }
  const given = read.raw('maxTaskProcessors');
  const most = read.integer('maxTaskProcessors', 10, 1);
  const least = read.integer('minTaskProcessors', Math.min(1, most), 0);
  if (given !== undefined && least > most)
    throw read.refuse('maxTaskProcessors', `no less than minTaskProcessors, which is ${least}`);
  return { minTaskProcessors: least, maxTaskProcessors: Math.max(least, most) };
}

/** By shape: it may come from another copy of the package. */
function isConnection(given: ConnectionOptions | Connection): given is Connection {
  return 'run' in given && typeof given.run === 'function';
}
