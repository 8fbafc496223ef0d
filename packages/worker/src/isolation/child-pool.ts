import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ReskueError } from '@reskue/core';
import type { JobContext } from '../perform/current-job.js';
import type { FromChild, ToChild, TravellingError } from './child-messages.js';

/** How the children of a pool run. */
export interface PoolOptions {
  module: string;
  exportName: string | undefined;
  killAfterMs: number;
  execArgv: string[];
}

/** Milliseconds after which a child without work ends. */
const idleMs = 30_000;

/** Child processes for the jobs of one module: as many as run at once, each for one job at a time. */
export class ChildPool {
  readonly #idle: ChildProcess[] = [];
  readonly #timers = new Map<ChildProcess, NodeJS.Timeout>();

  constructor(readonly options: PoolOptions) {}

  /** Runs one job; rejects with what it throws, or with RESKUE_JOB_CRASHED when its process ends. */
  run(args: unknown[], context: JobContext | undefined): Promise<unknown> {
    const child = this.#take();
    const { module, exportName, killAfterMs } = this.options;
    const { job, queue, workerName, signal } = context ?? nobody;
    return new Promise((resolve, reject) => {
      let killTimer: NodeJS.Timeout | undefined;
      const abort = (): void => {
        const reason: unknown = signal?.reason;
        send(child, { kind: 'abort', message: reason instanceof Error ? reason.message : 'aborted' });
        killTimer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      };
      const done = (settle: () => void): void => {
        clearTimeout(killTimer);
        signal?.removeEventListener('abort', abort);
        child.off('exit', onExit).off('message', onMessage);
        settle();
      };
      const onExit = (code: number | null, by: NodeJS.Signals | null): void => {
        const how = by ? `was ended by ${by}` : `exited with code ${code}`;
        done(() => reject(new ReskueError('RESKUE_JOB_CRASHED', `The process of the job ${how}`)));
      };
      const onMessage = (message: FromChild): void => {
        this.#giveBack(child);
        if (message.kind === 'result') done(() => resolve(message.result));
        else done(() => reject(revived(message.error)));
      };
      child.on('exit', onExit).on('message', onMessage);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
      send(child, { kind: 'run', module, exportName, args, job, queue, workerName });
    });
  }

  #take(): ChildProcess {
    const child = this.#idle.pop() ?? this.#fork();
    clearTimeout(this.#timers.get(child));
    // While a job runs, its process keeps ours alive.
    child.ref();
    child.channel?.ref();
    return child;
  }

  #giveBack(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
    this.#idle.push(child);
    this.#timers.set(child, setTimeout(() => child.disconnect(), idleMs).unref());
  }

  #fork(): ChildProcess {
    const child = fork(childFile(), { serialization: 'advanced', execArgv: this.options.execArgv });
    child.on('error', () => child.kill('SIGKILL'));
    child.on('exit', () => {
      clearTimeout(this.#timers.get(child));
      this.#timers.delete(child);
      const at = this.#idle.indexOf(child);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return child;
  }
}

const nobody = { job: { class: '', queue: '', args: [] }, queue: '', workerName: '', signal: undefined };

/** A child that has just died says so by its exit. */
function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined);
}

function revived({ name, message, stack }: TravellingError): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function childFile(): string {
  const name = './isolated-child.js';
  // A bundle in CommonJS has no URL of its own.
  const file = URL.canParse(name, import.meta.url) ? fileURLToPath(new URL(name, import.meta.url)) : name;
  if (existsSync(file)) return file;
  throw new ReskueError(
    'RESKUE_JOB_CRASHED',
    `The file of isolated jobs is missing: keep ${file} beside the bundle`,
  );
}
