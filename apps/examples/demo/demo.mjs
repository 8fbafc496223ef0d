// @ts-check
/**
 * `npm run demo`: real jobs on a real Redis, a private one unless REDIS_URL names another. First a few that show everything
 * which can happen to a job, told as it happens; then a thousand over the lines of this repository's own documents. Both
 * count at the end, and the demo exits with 1 when a number is not what it must be.
 */
import { demoRedis } from './demo-redis.mjs';
import { runMath } from './run-math.mjs';
import { runWords } from './run-words.mjs';

try {
  const redis = await demoRedis();
  const isMathRight = await runMath(redis.connection('math'));
  const areWordsRight = await runWords(redis.connection('words'));
  await redis.close();
  process.exitCode = isMathRight && areWordsRight ? 0 : 1;
} catch (error) {
  console.error(error);
  // Whatever waits for Redis still does not wait any longer.
  process.exit(1);
}
