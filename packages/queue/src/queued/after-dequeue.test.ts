import { Plugin } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();

function jobs() {
  const told: string[] = [];
  class Locking extends Plugin {
    override afterDequeue() {
      told.push(`${this.func} ${this.queue} ${JSON.stringify(this.args)}`);
      if (this.args[0] === 'throw') throw new Error('careless');
    }
  }
  return { told, jobs: { A: { plugins: [Locking], perform: () => 0 }, B: { perform: () => 0 } } };
}
const entries = [
  '{"class":"A","args":[1.0]}',
  '{"class":"A","queue":"q","args":[1]}',
  '{"class":"A","queue":"q","args":[2]}',
  '{"class":"B","args":[]}',
  'no job',
];

test('del tells the plugins of the job once for all equal ones, and not when none was there', async () => {
  const { told, jobs: definitions } = jobs();
  const queue = await bench.queue(definitions);
  await bench.push('queue:q', ...entries);
  expect(await queue.del('q', 'A', [1])).toBe(2);
  expect(await queue.del('q', 'A', [1])).toBe(0);
  expect(await queue.del('q', 'B')).toBe(1);
  expect(told).toEqual(['A q [1]']);
  expect(await queue.del('q', 'A', [2], 1)).toBe(1);
  expect(told).toEqual(['A q [1]', 'A q [2]']);
});

test.each(['delByFunction', 'delQueue', 'a range'])(
  '%s tells the plugins of each job that is gone',
  async (way) => {
    const { told, jobs: definitions } = jobs();
    const queue = await bench.queue(definitions);
    await bench.push('queue:q', ...entries);
    if (way === 'delQueue') await queue.delQueue('q');
    else expect(await queue.delByFunction('q', 'A', 0, way === 'a range' ? 4 : -1)).toBe(3);
    expect(told.sort()).toEqual(['A q [1]', 'A q [2]']);
    expect(await queue.length('q')).toBe(way === 'delQueue' ? 0 : 2);
  },
);

test('what such a hook throws is an error event, and the jobs are gone', async () => {
  const { told, jobs: definitions } = jobs();
  const queue = await bench.queue(definitions);
  const errors: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  await bench.push('queue:q', '{"class":"A","args":["throw"]}', '{"class":"A","args":[2]}');
  expect(await queue.delByFunction('q', 'A')).toBe(2);
  expect(told).toHaveLength(2);
  expect(errors).toMatchObject([{ message: 'careless' }]);
});

test('delQueue reads nothing where no plugin wants to know', async () => {
  const queue = await bench.queue({ B: { perform: () => 0 } });
  await bench.push('queue:q', ...entries);
  expect(await bench.calls('lrange', () => queue.delQueue('q'))).toBe(0);
});
