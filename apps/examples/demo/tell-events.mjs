// @ts-check

const startedAt = Date.now();

/** @param {string} who @param {string} what */
export function say(who, what) {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(3).padStart(7);
  console.log(`${seconds} s  ${who.padEnd(9)}  ${what}`);
}

/** @param {import('reskue').ParsedJob} job */
const text = ({ class: name, args }) => `${name}(${args.join(', ')})`;

/** @param {import('reskue').Worker} worker */
export function tellWorker(worker) {
  let last = '';
  const tell = (/** @type {string} */ what) => {
    // It may look again and again, and find nothing each time.
    if (what !== last) say('worker', what);
    last = what;
  };
  worker.on('start', () => tell('started'));
  worker.on('end', () => tell('ended'));
  worker.on('pause', () => tell('has nothing to do'));
  worker.on('job', (queue, job) => tell(`took ${text(job)} from ${queue}`));
  worker.on('success', (_queue, job, result, ms) => tell(`${text(job)} = ${result} (${ms} ms)`));
  worker.on('failure', (_queue, job, error, ms) => tell(`${text(job)} failed: ${error.message} (${ms} ms)`));
  worker.on('error', (error) => tell(`error: ${error.message}`));
}

/** @param {import('reskue').Scheduler} scheduler */
export function tellScheduler(scheduler) {
  const tell = (/** @type {string} */ what) => say('scheduler', what);
  scheduler.on('start', () => tell('started'));
  scheduler.on('end', () => tell('ended'));
  scheduler.on('leader', () => tell('leads from now on'));
  scheduler.on('workingTimestamp', (second) => tell(`the jobs of second ${second} are due`));
  scheduler.on('transferredJob', (_second, job) => tell(`moved ${text(job)} to ${job.queue}`));
  scheduler.on('error', (error) => tell(`error: ${error.message}`));
}
