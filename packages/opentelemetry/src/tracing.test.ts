import { SpanKind, SpanStatusCode, context, propagation, trace, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { defineJobs, membersOf } from '@reskue/core';
import { Retry } from '@reskue/plugins';
import { Worker } from '@reskue/worker';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Tracing, traceJobs, traceQueue } from './index.js';
import { tracingBench } from './tracing-bench.test-kit.js';

const bench = tracingBench();

const named = (spans: readonly ReadableSpan[], name: string): ReadableSpan => {
  const found = spans.filter((span) => span.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} spans are called ${name}`);
  return found[0];
};
const idOf = (span: ReadableSpan) => span.spanContext().spanId;
const fine = { perform: async () => 'done' };

test('a span of the enqueue, one of the run beneath it, and what the job does beneath that', async () => {
  const jobs = {
    fine: {
      perform: async () => {
        await Promise.resolve();
        trace.getTracer('app').startSpan('inside').end();
      },
    },
  };
  const queue = await bench.queue(traceJobs(jobs));
  const request = trace.getTracer('app').startSpan('request');
  await context.with(trace.setSpan(context.active(), request), () => queue.enqueue('q', 'fine', [1]));
  request.end();
  const worker = await bench.worker(traceJobs(jobs));
  await worker.start();
  const spans = await bench.ended(4);
  const [send, run, inside] = ['enqueue q', 'perform q', 'inside'].map((name) => named(spans, name));
  expect(send).toMatchObject({
    kind: SpanKind.PRODUCER,
    parentSpanContext: { spanId: request.spanContext().spanId },
  });
  expect(run).toMatchObject({
    kind: SpanKind.CONSUMER,
    parentSpanContext: { spanId: idOf(send!), isRemote: true },
  });
  expect(inside).toMatchObject({ parentSpanContext: { spanId: idOf(run!) } });
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  const common: Attributes = {
    'messaging.system': 'reskue',
    'messaging.destination.name': 'q',
    'reskue.job.class': 'fine',
    'reskue.job.outcome': 'done',
  };
  expect(send?.attributes).toEqual({
    ...common,
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'enqueue',
  });
  expect(run?.attributes).toEqual({
    ...common,
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'perform',
    'messaging.client.id': `${worker.name}:q`,
  });
});

test('the context stands beside the args, where other workers do not mind it', async () => {
  const queue = await bench.queue(traceJobs({ fine }));
  await queue.enqueue('q', 'fine', [1]);
  const [payload = ''] = await bench.list('queue:q');
  expect(payload).toMatch(
    /^{"class":"fine","queue":"q","args":\[1\],"traceparent":"00-[\da-f]{32}-[\da-f]{16}-01"}$/,
  );
  const { traceId, spanId } = named(bench.spans(), 'enqueue q').spanContext();
  expect(membersOf(payload)).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
});

test('a job that somebody else enqueued begins a trace of its own', async () => {
  const worker = await bench.worker(traceJobs({ fine }));
  await bench.server.redis.rpush('resque:queue:q', '{"class":"fine","args":[],"traceparent":7}');
  await worker.start();
  const [run] = await bench.ended(1);
  expect(run?.parentSpanContext).toBeUndefined();
  expect(run?.attributes['reskue.job.outcome']).toBe('done');
});

test('a failed run is an error, and its span ends once', async () => {
  const bad = {
    perform: () => {
      throw Object.assign(new TypeError('no'), { code: 'E_NO' });
    },
  };
  const queue = await bench.queue(traceJobs({ bad }));
  await queue.enqueue('q', 'bad');
  const worker = await bench.worker(traceJobs({ bad }));
  await worker.start();
  const run = named(await bench.ended(2), 'perform q');
  expect(run.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
  expect(run.attributes).toMatchObject({ 'error.type': 'E_NO', 'reskue.job.outcome': 'failed' });
  expect(run.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': 'no' } }]);
  // The span ends when the outcome is known, a moment before Redis is told.
  await until(async () => (await bench.list('failed')).length > 0);
  const [entry = ''] = await bench.list('failed');
  expect(entry).toContain('"traceparent":"00-');
  expect(bench.spans()).toHaveLength(2);
});

test('a job that is tried again has a span for each time, all beneath its enqueue', async () => {
  let runs = 0;
  const jobs = traceJobs({
    shaky: {
      plugins: [Retry],
      pluginOptions: { Retry: { retryLimit: 3, retryDelay: 1 } },
      perform: async () => {
        runs += 1;
        if (runs < 3) throw new Error(`run ${runs}`);
      },
    },
  });
  const queue = await bench.queue(jobs);
  await queue.enqueue('q', 'shaky', [{ deep: ['x'] }]);
  const scheduler = await bench.scheduler(jobs);
  const worker = await bench.worker(jobs);
  await Promise.all([scheduler.start(), worker.start()]);
  const spans = await bench.ended(4);
  const send = named(spans, 'enqueue q');
  const tries = spans.filter(({ name }) => name === 'perform q');
  expect(tries.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(Array(3).fill(idOf(send)));
  expect(tries.map(({ status }) => status.message)).toEqual(['run 1', 'run 2', undefined]);
});

test('a delayed job is traced from the call that delayed it; promotion makes no span', async () => {
  const jobs = traceJobs({ fine });
  const queue = await bench.queue(jobs);
  const dueAt = Date.now() + 50;
  await queue.enqueueAt(dueAt, 'q', 'fine', ['x']);
  expect(await queue.scheduledAt('q', 'fine', ['x'])).toHaveLength(1);
  const scheduler = await bench.scheduler(jobs);
  const worker = await bench.worker(jobs);
  await Promise.all([scheduler.start(), worker.start()]);
  const spans = await bench.ended(2);
  const send = named(spans, 'enqueue q');
  expect(send.attributes['reskue.job.due_at']).toBe(dueAt);
  expect(named(spans, 'perform q').parentSpanContext?.spanId).toBe(idOf(send));
  expect((await bench.server.redis.keys('*')).filter((key) => /timestamps|delayed:/.test(key))).toEqual([]);
});

test('with relation "link" the run has a trace of its own', async () => {
  const linked = { ...fine, pluginOptions: { Tracing: { relation: 'link' } } };
  const queue = await bench.queue(traceJobs({ linked }));
  await queue.enqueue('q', 'linked');
  const worker = await bench.worker(traceJobs({ linked }));
  await worker.start();
  const spans = await bench.ended(2);
  const [send, run] = [named(spans, 'enqueue q'), named(spans, 'perform q')];
  expect(run.parentSpanContext).toBeUndefined();
  expect(run.spanContext().traceId).not.toBe(send.spanContext().traceId);
  expect(run.links.map((link) => link.context.spanId)).toEqual([idOf(send)]);
});

test('traceQueue traces classes that the Queue has no definition of, one by one and in bulk', async () => {
  const queue = traceQueue(await bench.queue(Object.freeze({ mine: fine })));
  expect(await queue.enqueue('q', 'unknown', [1])).toBe(true);
  await queue.enqueueBulk([
    { queue: 'q', class: 'other' },
    { queue: 'q', class: 'mine' },
  ]);
  await queue.enqueueIn(60_000, 'q', 'toString', ['x']);
  await queue.enqueueIn(60_000, 'q', 'later', ['x']);
  expect(bench.spans().map(({ attributes }) => attributes['reskue.job.class'])).toEqual(
    expect.arrayContaining(['unknown', 'other', 'mine', 'later']),
  );
  for (const payload of await bench.list('queue:q')) expect(membersOf(payload)).toHaveProperty('traceparent');
});

test('an enqueue that fails is an error', async () => {
  const queue = await bench.queue(traceJobs({ fine }));
  await bench.server.redis.set('resque:queue:q', 'no list');
  await expect(queue.enqueue('q', 'fine')).rejects.toThrow(/WRONGTYPE/);
  const [send] = await bench.ended(1);
  expect(send).toMatchObject({ name: 'enqueue q', status: { code: SpanStatusCode.ERROR } });
  expect(send?.attributes['reskue.job.outcome']).toBe('failed');
});

test('inline, the run is beneath the span of the caller', async () => {
  const worker = new Worker({ connection: bench.server.connection }, traceJobs({ fine }));
  const request = trace.getTracer('app').startSpan('request');
  const given: unknown = await context.with(trace.setSpan(context.active(), request), () =>
    worker.performInline('fine', []),
  );
  expect(given).toBe('done');
  const run = bench.spans().find(({ name }) => name.startsWith('perform _direct-queue'));
  expect(run?.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
});

test('traceJobs changes nothing that it was given, and keeps its types', async () => {
  const jobs = defineJobs({ add: { perform: async (a: number, b: number) => a + b }, bare: async () => 1 });
  const traced: typeof jobs = traceJobs(jobs);
  expect(Object.keys(jobs.add)).toEqual(['perform']);
  expect(traced).toMatchObject({
    add: { plugins: [Tracing] },
    bare: { plugins: [Tracing], perform: jobs.bare },
  });
  expect(traceJobs(traced)).toMatchObject({ add: { plugins: [Tracing] } });
});

test('without an SDK the payload is the plain one', async () => {
  const queue = await bench.queue(traceJobs({ fine }));
  for (const api of [trace, context, propagation]) api.disable();
  try {
    await queue.enqueue('q', 'fine', [1]);
  } finally {
    bench.install();
  }
  expect(await bench.list('queue:q')).toEqual(['{"class":"fine","queue":"q","args":[1]}']);
});
