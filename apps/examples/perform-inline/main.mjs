import { Plugin, Worker } from 'reskue';

/** For tests: a job is performed here and now, with its plugins, and nothing is written to Redis. No server is needed. */
class Told extends Plugin {
  beforePerform() {
    console.log(`${this.func}(${this.args}) begins`);
    return true;
  }
}

const worker = new Worker(
  {},
  {
    divide: {
      plugins: [Told],
      perform: async (a, b) => {
        if (b === 0) throw new RangeError('division by zero');
        return a / b;
      },
    },
  },
);

console.log(await worker.performInline('divide', [6, 3]));
await worker.performInline('divide', [1, 0]).catch((error) => console.log(`${error}`));
await worker.performInline('multiply', [6, 3]).catch((error) => console.log(`${error}`));
