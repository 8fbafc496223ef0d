// @ts-check
import { once } from 'node:events';
import { MultiWorker, Queue } from 'reskue';
import { check } from './check.mjs';
import { readDocuments } from './read-documents.mjs';

const lineCount = 1_000;
const concurrency = 4;

/** @param {string} line */
const countWords = (line) => line.split(/\s+/).filter(Boolean).length;

/**
 * A thousand lines of text, a job for each; the sum of what the workers count must be what is counted without any queue.
 *
 * @param {import('reskue').ConnectionOptions} connection
 */
export async function runWords(connection) {
  const lines = readDocuments().slice(0, lineCount);
  const expected = lines.reduce((sum, line) => sum + countWords(line), 0);
  console.log(`\nA job for each of ${lines.length} lines of the documents, ${concurrency} workers:`);

  const jobs = { countWords: { perform: async (/** @type {string} */ line) => countWords(line) } };
  const queue = new Queue({ connection }, jobs);
  const workers = new MultiWorker({ connection, queues: 'lines', concurrency }, jobs);

  let done = 0;
  let words = 0;
  workers.on('success', (_worker, _queue, _job, count) => {
    done += 1;
    words += count;
    if (done % 100 === 0) console.log(`  ${String(done).padStart(4)} lines, ${words} words`);
  });

  await queue.connect();
  await queue.enqueueBulk(lines.map((line) => ({ queue: 'lines', class: 'countWords', args: [line] })));
  const signal = AbortSignal.timeout(30_000);
  await workers.start();
  while (done < lines.length) await once(workers, 'success', { signal });

  // The last ones are counted when they are settled, which may be a moment after they succeeded.
  await workers.end();
  const { processed, failed } = await queue.stats();
  const left = await queue.length('lines');
  await queue.end();

  console.log('The counts:');
  return check({
    lines: [lines.length, lineCount],
    processed: [processed, String(lineCount)],
    failed: [failed ?? '0', '0'],
    'left in lines': [left, 0],
    words: [words, expected],
  });
}
