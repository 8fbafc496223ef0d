import type { Connection } from '../connection/connection.js';
import type {
  ErrorPayload,
  IdleWorker,
  ParsedFailedJobPayload,
  ParsedJob,
  ParsedWorkerPayload,
} from '../jobs/parsed-payloads.js';

/** What a plugin finds as `queueObject`: the Queue, by shape, since core may not import it. Promises as in Queue's docs. */
export interface PluginQueue {
  connection: Connection;
  connect(): Promise<void>;
  end(): Promise<void>;
  encode(queue: string, func: string, args?: unknown[]): string;
  enqueue(queue: string, func: string, args?: unknown[]): Promise<boolean>;
  enqueueAt(
    timestamp: number,
    queue: string,
    func: string,
    args?: unknown[],
    suppressDuplicateTaskError?: boolean,
  ): Promise<boolean | undefined>;
  enqueueIn(
    time: number,
    queue: string,
    func: string,
    args?: unknown[],
    suppressDuplicateTaskError?: boolean,
  ): Promise<boolean | undefined>;
  queues(): Promise<string[]>;
  delQueue(queue: string): Promise<void>;
  length(queue: string): Promise<number>;
  del(queue: string, func: string, args?: unknown[], count?: number): Promise<number>;
  delByFunction(queue: string, func: string, start?: number, stop?: number): Promise<number>;
  delDelayed(queue: string, func: string, args?: unknown[]): Promise<number[]>;
  scheduledAt(queue: string, func: string, args?: unknown[], options?: { deep?: boolean }): Promise<number[]>;
  timestamps(): Promise<number[]>;
  delayedAt(timestamp: number): Promise<{ tasks: ParsedJob[]; rTimestamp: number }>;
  queued(queue: string, start: number, stop: number): Promise<ParsedJob[]>;
  allDelayed(): Promise<{ [timestamp: string]: ParsedJob[] }>;
  locks(): Promise<{ [lock: string]: string }>;
  delLock(lock: string): Promise<number>;
  workers(): Promise<{ [worker: string]: string }>;
  workingOn(name: string, queues: string): Promise<string | null>;
  allWorkingOn(): Promise<{ [worker: string]: ParsedWorkerPayload | IdleWorker }>;
  forceCleanWorker(name: string): Promise<ErrorPayload | undefined>;
  cleanOldWorkers(age: number): Promise<{ [worker: string]: ErrorPayload }>;
  failedCount(): Promise<number>;
  failed(start: number, stop: number): Promise<ParsedFailedJobPayload[]>;
  removeFailed(failure: ErrorPayload): Promise<number>;
  retryAndRemoveFailed(failure: ErrorPayload): Promise<boolean>;
  retryStuckJobs(upperLimit?: number): Promise<void>;
  leader(): Promise<string | null>;
  stats(): Promise<{ [stat: string]: string }>;
}
