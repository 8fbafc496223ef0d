// @ts-check
import { startRedis } from '@reskue/redis-server';
import { Connection } from 'reskue';

/**
 * Where the demo works: the server that REDIS_URL names, under a namespace that nobody else has and that is cleared at the
 * end; else a private one.
 */
export async function demoRedis() {
  const given = process.env.REDIS_URL;
  const server = given ? undefined : await startRedis();
  const namespace = `reskue-demo-${process.pid}`;
  const url = given || `unix://${server?.socket}`;
  console.log(`Redis: ${given ? 'the one of REDIS_URL' : 'a private server'}, namespace ${namespace}\n`);

  return {
    /** @param {string} part */
    connection: (part) => ({ url, namespace: `${namespace}:${part}` }),

    async close() {
      const connection = new Connection({ url, namespace });
      await connection.connect();
      const keys = await connection.getKeys(`${namespace}:*`, 1_000);
      if (keys.length > 0) await connection.redis.unlink(...keys);
      connection.end();
      await server?.stop();
    },
  };
}
