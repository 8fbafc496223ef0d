import { once } from 'node:events';
import { Plugin, Queue, Worker } from 'reskue';

/**
 * Adds what a sale brought to a sum in Redis, in the same atomic step in which its job is settled: a job that is done
 * twice because its process died is summed once, and one that fails is not.
 */
class Summed extends Plugin {
  onSettle({ phase, outcome }) {
    if (phase !== 'perform' || outcome !== 'done') return;
    const [customer, cents] = this.args;
    this.settleWith('hincrby', [this.queueObject.connection.key('sums')], [customer, cents]);
  }
}

const jobs = {
  bill: {
    plugins: [Summed],
    perform: async (customer, cents) => {
      if (cents < 0) throw new Error(`nobody is billed ${cents} cents`);
    },
  },
};

const connection = { url: process.env.REDIS_URL, namespace: 'settlement-plugin' };
const queue = new Queue({ connection }, jobs);
const worker = new Worker({ connection, queues: 'bills' }, jobs);
worker.on('success', (_queue, { args: [customer, cents] }) => console.log(`${customer} was billed ${cents}`));
worker.on('failure', (_queue, _job, error) => console.log(`failed: ${error.message}`));

for (const part of [queue, worker]) await part.connect();
await queue.enqueue('bills', 'bill', ['Ann', 1200]);
await queue.enqueue('bills', 'bill', ['Bob', -5]);
await queue.enqueue('bills', 'bill', ['Bob', 300]);
await queue.enqueue('bills', 'bill', ['Ann', 34]);
await worker.start();

// It pauses when the queue is empty.
await once(worker, 'pause');
const { Ann, Bob } = await queue.connection.redis.hgetall(queue.connection.key('sums'));
console.log(`sums: Ann ${Ann}, Bob ${Bob}`);
for (const part of [worker, queue]) await part.end();
