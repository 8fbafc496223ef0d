// @ts-check
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/**
 * Starts a CPU profile of this thread, for a stretch that is measured and nothing around it.
 * @returns {Promise<() => Promise<void>>} ends it and writes the file
 */
export async function startProfile(/** @type {string} */ file) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
  };
}
