import type { ParsedJob } from '@reskue/core';
import { exitCodes } from '../../command/exit-codes.js';
import type { WorkProcess } from './work-process.js';

/** Works one job and ends: 0 when it is done, 1 when it failed or was taken away, 3 when there was none. */
export async function workOnce(work: WorkProcess): Promise<number> {
  const { workers } = work;
  const redirected = new WeakSet<ParsedJob>();
  const code = new Promise<number>((resolve) => {
    let hasJob = false;
    workers.once('job', () => {
      hasJob = true;
      work.quiet();
    });
    // It found nothing; told again after a job, too.
    workers.on('pause', () => !hasJob && resolve(exitCodes.nothing));
    workers.on('retry', (_id, _queue, job) => redirected.add(job));
    workers.on('success', (_id, _queue, job) =>
      resolve(redirected.has(job) ? exitCodes.failed : exitCodes.done),
    );
    workers.on('failure', () => resolve(exitCodes.failed));
    workers.on('claimLost', () => resolve(exitCodes.failed));
    work.on('phase', (phase) => phase === 'ended' && resolve(exitCodes.nothing));
  });
  await work.start();
  const result = await code;
  await work.drain();
  return result;
}
