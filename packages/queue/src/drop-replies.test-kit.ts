import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** A way to Redis that loses replies. */
export interface LossyWay {
  readonly path: string;
  /** How many replies to commands that hold the text are still to be lost, each with its connection. */
  lose: number;
  /** Calls this before a reply is lost. */
  beforeLoss: () => Promise<unknown>;
  close(): Promise<void>;
}

/** Stands between a client and the server's socket; the command arrives, its reply does not. */
export async function dropReplies(socket: string, command: string): Promise<LossyWay> {
  const folder = await mkdtemp(join(tmpdir(), 'lossy-'));
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(socket);
    let doomed = false;
    for (const end of [client, redis]) {
      open.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        open.delete(end);
        client.destroy();
        redis.destroy();
      });
    }
    client.on('data', (data) => {
      if (way.lose > 0 && data.includes(command)) doomed = true;
      redis.write(data);
    });
    redis.on('data', (data) => {
      if (!doomed) {
        client.write(data);
        return;
      }
      doomed = false;
      way.lose -= 1;
      void way.beforeLoss().then(() => client.destroy());
    });
  });
  const way: LossyWay = {
    path: join(folder, 'socket'),
    lose: 0,
    beforeLoss: async () => {},
    async close() {
      for (const end of open) end.destroy();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    },
  };
  server.listen(way.path);
  await once(server, 'listening');
  return way;
}
