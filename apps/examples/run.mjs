// @ts-check
/**
 * Runs a story: `node apps/examples/run.mjs first-program`. It gets a private Redis in REDIS_URL, unless that is set; then
 * the keys of the story's namespace are removed before and afterwards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startRedis } from '@reskue/redis-server';
import { Connection } from 'reskue';

const story = process.argv[2] ?? '';
const main = fileURLToPath(new URL(`${story}/main.mjs`, import.meta.url));
if (!/^[a-z-]+$/.test(story) || !existsSync(main)) {
  console.error('Usage: node apps/examples/run.mjs <story>; the stories are the folders beside this file.');
  process.exit(1);
}

/** @param {string} url */
async function clear(url) {
  const connection = new Connection({ url, namespace: story });
  await connection.connect();
  const keys = await connection.getKeys(`${story}:*`, 1_000);
  if (keys.length > 0) await connection.redis.unlink(...keys);
  connection.end();
}

const given = process.env.REDIS_URL;
const server = given ? undefined : await startRedis();
const url = given || `unix://${server?.socket}`;
if (given) await clear(given);
const child = spawn(process.execPath, [main], { env: { ...process.env, REDIS_URL: url }, stdio: 'inherit' });
const [code] = await once(child, 'close');
if (given) await clear(given);
await server?.stop();
process.exitCode = code ?? 1;
