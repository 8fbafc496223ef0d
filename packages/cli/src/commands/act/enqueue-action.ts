import { createInterface } from 'node:readline';
import type { Queue } from '@reskue/queue';
import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { dueMs, readJobLine, type JobLine } from '../../fleet/act/job-line.js';

const BATCH = 1_000;

export async function run(context: CommandContext): Promise<number> {
  const { args, options, open, out } = context;
  const [name, argsText, ...more] = args;
  const [queueName, inMs, at] = [options.text('queue'), options.durationMs('in'), options.text('at')];
  const dueAt = dueMs(inMs === undefined ? undefined : `${inMs}ms`, at);
  const defaults = { queue: queueName, dueAt };
  if (options.flag('stdin')) {
    if (name !== undefined) throw new CommandStop(exitCodes.usage, 'either a class or --stdin, not both');
    return enqueueLines(context, defaults);
  }
  if (name === undefined) throw new CommandStop(exitCodes.usage, 'which class? or --stdin');
  if (more.length > 0) throw new CommandStop(exitCodes.usage, 'the arguments are one JSON array, in quotes');
  if (queueName === undefined) throw new CommandStop(exitCodes.usage, 'which queue? --queue <name>');
  const job = { class: name, queue: queueName, args: parseArgs(argsText ?? '[]'), dueAt };
  const { queue } = await open();
  await store(queue, [job]);
  const later = dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() };
  await out.document({ enqueued: 1, ...later }, () =>
    out.line(dueAt === undefined ? 'enqueued 1' : `enqueued 1 for ${new Date(dueAt).toISOString()}`),
  );
  return exitCodes.done;
}

/** Stores what it can read; tells of each line that it can not, by its number. */
async function enqueueLines(
  { open, out, notes, signal, progress }: CommandContext,
  defaults: { queue: string | undefined; dueAt: number | undefined },
): Promise<number> {
  const { queue } = await open();
  const working = progress('Enqueuing');
  let [stored, refused, number] = [0, 0, 0];
  let batch: JobLine[] = [];
  const flush = async () => {
    await store(queue, batch);
    stored += batch.length;
    working.advance(batch.length);
    batch = [];
  };
  for await (const line of createInterface({ input: process.stdin, signal, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const job = readJobLine(line, defaults);
    if (typeof job === 'string') {
      refused += 1;
      notes.error(`line ${number}: ${job}`);
    } else if (batch.push(job) >= BATCH) await flush();
  }
  if (!signal.aborted) await flush();
  working.end();
  await out.document({ enqueued: stored, refused }, () =>
    out.line(refused === 0 ? `enqueued ${stored}` : `enqueued ${stored}, refused ${refused}`),
  );
  if (refused > 0) return stored > 0 ? exitCodes.partly : exitCodes.failed;
  return stored === 0 ? exitCodes.nothing : exitCodes.done;
}

async function store(queue: Queue, jobs: readonly JobLine[]): Promise<void> {
  const now = jobs.filter(({ dueAt }) => dueAt === undefined);
  await queue.enqueueBulk(
    now.map(({ queue: name, class: className, args }) => ({ queue: name, class: className, args })),
  );
  for (const { dueAt, queue: name, class: className, args } of jobs) {
    if (dueAt !== undefined) await queue.enqueueAt(dueAt, name, className, args);
  }
}

function parseArgs(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandStop(exitCodes.usage, `the arguments are no JSON: ${String(error)}`);
  }
  if (!Array.isArray(value))
    throw new CommandStop(exitCodes.usage, 'the arguments must be a JSON array, such as [1, "two"]');
  return value;
}
