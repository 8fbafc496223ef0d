import { once } from 'node:events';
import type { ConnectionOptions } from '@reskue/core';
import { MultiWorker } from '@reskue/multi-worker';
import { Queue } from '@reskue/queue';
import type { DemoTeller } from './demo-teller.js';

const lineCount = 1_000;
const concurrency = 4;

const sentences = [
  'A job that was accepted is done, or it stands among the failed with the reason, whoever dies in between.',
  'Until then it is in exactly one place.',
  'Every move between two places is one script.',
  'It may run more than once, so a handler should be repeatable.',
  'Only the process that holds the lease can settle.',
  'A busy process is not a dead one.',
  'Nothing is safer than the Redis that holds it.',
];

/** A thousand lines, no two neighbours of one length. */
const makeLines = (): string[] =>
  Array.from({ length: lineCount }, (_, index) =>
    Array.from({ length: 1 + (index % 3) }, (_, part) => sentences[(index + part) % sentences.length]).join(
      ' ',
    ),
  );

const countWords = (line: string): number => line.split(/\s+/).filter(Boolean).length;

/** A thousand lines of text, a job for each; the sum of what the workers count must be what is counted without any queue. */
export async function runWords(
  connection: ConnectionOptions,
  teller: DemoTeller,
  signal: AbortSignal,
): Promise<boolean> {
  const lines = makeLines();
  const expected = lines.reduce((sum, line) => sum + countWords(line), 0);
  teller.line(`\nA job for each of ${lines.length} lines of text, ${concurrency} workers:`);

  const jobs = { countWords: { perform: async (line: string) => countWords(line) } };
  await using queue = new Queue({ connection }, jobs);
  await using workers = new MultiWorker({ connection, queues: 'lines', concurrency }, jobs);
  let done = 0;
  let words = 0;
  workers.on('success', (_worker, _queue, _job, count: number) => {
    done += 1;
    words += count;
    if (done % 100 === 0) teller.line(`  ${String(done).padStart(4)} lines, ${words} words`);
  });

  await queue.connect();
  await queue.enqueueBulk(lines.map((line) => ({ queue: 'lines', class: 'countWords', args: [line] })));
  await workers.start();
  while (done < lines.length) await once(workers, 'success', { signal });

  // The last ones are counted when they are settled, which may be a moment after they succeeded.
  await workers.end();
  const { processed, failed } = await queue.stats();
  const left = await queue.length('lines');
  teller.line('The counts:');
  return teller.check({
    lines: [lines.length, lineCount],
    processed: [processed, String(lineCount)],
    failed: [failed ?? '0', '0'],
    'left in lines': [left, 0],
    words: [words, expected],
  });
}
