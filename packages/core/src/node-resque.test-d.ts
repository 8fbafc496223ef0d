/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/restrict-plus-operands --
   node-resque declares these values as any, and its users use them so */
// Code as it is written against node-resque 9's declarations; it must compile unchanged.
import { Cluster, Redis } from 'ioredis';
import { Connection, Plugin } from './index.js';
import type {
  ConnectionOptions,
  ErrorPayload,
  Job,
  Jobs,
  ParsedFailedJobPayload,
  ParsedJob,
  ParsedWorkerPayload,
} from './index.js';

class SubtractJob implements Job<number> {
  plugins = [];
  pluginOptions = {};
  async perform(a: number, b: number): Promise<number> {
    return a - b;
  }
}

const add: Job<number> = { perform: async (a: number, b: number) => a + b };
const jobs: Jobs = {
  add,
  subtract: new SubtractJob(),
  sync: { perform: () => 'a text' },
  withThis: {
    plugins: ['JobLock', 'Retry'],
    pluginOptions: { JobLock: { reEnqueue: true }, Retry: { retryLimit: 3, retryDelay: 10 } },
    perform: async function (this: { pingTimer: NodeJS.Timeout }, ...args: string[]) {
      clearTimeout(this.pingTimer);
      return args.join(' ');
    },
  },
};

export class CustomPlugin extends Plugin {
  constructor(...args: [unknown, string, string, ParsedJob, unknown[], { [key: string]: unknown }]) {
    super(...args);
    this.name = 'CustomPlugin';
  }
  override async beforeEnqueue(): Promise<boolean> {
    return this.args.length > 0 && this.options.limit > 3;
  }
  override async afterEnqueue(): Promise<boolean> {
    await this.queueObject.enqueueIn(1000, this.queue, this.func, this.args);
    return true;
  }
  override async beforePerform(): Promise<boolean> {
    const key: string = this.queueObject.connection.key('lock', this.job.class, this.job.queue);
    return (await this.queueObject.connection.redis.set(key, 'x', 'EX', 10, 'NX')) === 'OK';
  }
  override async afterPerform(): Promise<boolean> {
    if (this.worker.error) {
      this.worker.emit('reEnqueue', this.queue, this.job, { err: this.worker.error });
      delete this.worker.error;
    }
    return true;
  }
}

const options: ConnectionOptions = {
  pkg: 'ioredis',
  host: '127.0.0.1',
  password: null,
  port: 6379,
  database: 0,
  namespace: ['resque', 'test'],
  looping: true,
  options: { password: 'abc' },
  redis: new Redis(),
  scanCount: 10,
};

export const clustered: ConnectionOptions = { redis: new Cluster([]), namespace: '{resque}' };

export async function use(): Promise<void> {
  const connection = new Connection(options);
  connection.on('error', (error: Error) => console.error(error.message));
  await connection.connect();
  connection.options.namespace = 'other';
  await connection.redis.set(connection.key('a', 'b', 1), 'x');
  const value: string | null = await connection.redis.get('a');
  const keys: string[] = await connection.getKeys('*', 20, [], 0);
  const count: number = connection.redis.listenerCount('error');
  connection.end();
  const result: number = await jobs.add?.perform(1, 2);
  console.log(value, keys, count, result);
}

export function read(
  failed: ParsedFailedJobPayload,
  payload: ErrorPayload,
  working: ParsedWorkerPayload,
): string {
  const first: number = failed.payload.args[0] + payload.payload.args[0];
  return failed.backtrace.join('\n') + String(first) + working.payload.class + working.run_at;
}
