import { Scheduler, Worker } from 'reskue';

/**
 * A job every second, over two processes (two schedulers stand for them): whoever leads brings it, and each tick brings
 * it once. `schedules` is the same in each process; more are stored and removed at any time.
 */
const connection = { url: process.env.REDIS_URL, namespace: 'recurring-jobs' };
const schedules = {
  tick: { cron: '* * * * * *', timezone: 'Europe/Berlin', queue: 'time', class: 'tick', args: ['tock'] },
  nightly: { cron: '0 3 * * *', timezone: 'Europe/Berlin', queue: 'time', class: 'tick', catchUp: 'last' },
};
const ticks = 3;
let ticked = 0;
const jobs = { tick: { perform: async (word) => `${word} ${(ticked += 1)}` } };
const worker = new Worker({ connection, queues: 'time' }, jobs);
const [one, two] = ['one', 'two'].map((name) => new Scheduler({ connection, name, schedules }, jobs));

for (const part of [worker, one, two]) await part.connect();
const seconds = [];
for (const scheduler of [one, two]) {
  scheduler.on('scheduled', (_name, _job, tick) => seconds.push(tick));
  await scheduler.start();
}

worker.on('success', async (_queue, _job, result) => {
  if (ticked <= ticks) console.log(result);
  if (ticked !== ticks) return;
  await one.pause('tick');
  for (const { name, cron, paused } of await one.schedules())
    console.log(`${name}: ${cron}${paused ? ', paused' : ''}`);
  console.log(new Set(seconds).size === seconds.length ? 'each second brought one job' : 'WRONG');
  await one.schedule('wrong', { cron: '0 25 * * *', queue: 'time', class: 'tick' }).catch((error) => {
    console.log(error.message);
  });
  for (const part of [worker, one, two]) await part.end();
});
await worker.start();
