// @ts-check
import { bootstrap, load } from './bootstrap.mjs';

await bootstrap({ withRedis: !process.env.REDIS_URL });
await load('apps/examples/demo/demo.mjs');
