import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MultiWorker } from '@reskue/multi-worker';
import { Queue } from '@reskue/queue';
import { startRedis, type RedisServer } from '@reskue/redis-server';
import { Scheduler } from '@reskue/scheduler';
import { freePort, until } from '@reskue/testkit';
import { Worker } from '@reskue/worker';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
let server: RedisServer;
let port: number;
let ca: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reskue-tls-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const names = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ];
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: names }],
  });
  ca = made.cert;
  port = await freePort();
  const certificate = file('redis.crt', made.cert);
  server = await startRedis({
    config: {
      'tls-port': String(port),
      'tls-cert-file': certificate,
      'tls-key-file': file('redis.key', made.private),
      'tls-ca-cert-file': certificate,
      'tls-auth-clients': 'no',
    },
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Each role, with its threads and its connections, by encrypted connections alone. */
test('jobs run over TLS, and the heartbeat thread renews the lease over it', async () => {
  const connection = { host: '127.0.0.1', port, tls: { ca } };
  const ran: number[] = [];
  const jobs = { add: { perform: (value: number) => void ran.push(value) } };
  const queue = new Queue({ connection }, jobs);
  const worker = new Worker({ connection, queues: '*', lease: 1_000, name: 'host:1' }, jobs);
  const multi = new MultiWorker(
    { connection, queues: ['q'], minTaskProcessors: 2, maxTaskProcessors: 2 },
    jobs,
  );
  const scheduler = new Scheduler({ connection, timeout: 50 });
  const troubles: unknown[] = [];
  for (const part of [queue, worker, multi, scheduler]) part.on('error', (...told) => troubles.push(told));
  await queue.connect();
  await worker.connect();
  await scheduler.connect();
  await Promise.all([worker.start(), multi.start(), scheduler.start()]);
  await queue.enqueue('q', 'add', [1]);
  await queue.enqueueIn(100, 'q', 'add', [2]);
  await until(() => ran.length === 2);
  // Longer than the lease: had the thread not reached Redis, it would be lost by now.
  const [, leaseEnd] = await leases(queue);
  await until(async () => Number((await leases(queue))[1]) > Number(leaseEnd) + 1_000);
  expect(troubles).toEqual([]);
  await Promise.all([worker.end(), multi.end(), scheduler.end(), queue.end()]);
});

test('a certificate that nobody vouches for is refused at once, with the remedy', async () => {
  const queue = new Queue({ connection: { host: '127.0.0.1', port, tls: true, commandTimeout: 60_000 } });
  await expect(queue.connect()).rejects.toMatchObject({
    code: 'RESKUE_CONNECTION_FAILED',
    message: expect.stringMatching(/certificate is not trusted .*option tls/) as string,
  });
});

test('a port that wants TLS does not make a plain connection wait for ever', async () => {
  const queue = new Queue({ connection: { host: '127.0.0.1', port, commandTimeout: 300 } });
  await expect(queue.connect()).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_FAILED' });
});

const leases = ({ connection: { client, keys } }: Queue): Promise<string[]> =>
  client.zrange(keys.leases, '0', '0', 'WITHSCORES');
