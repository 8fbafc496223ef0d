import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import type { Jobs } from '@reskue/core';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { redisServer, until } from '@reskue/testkit';
import { Worker } from '@reskue/worker';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** An OpenTelemetry SDK in this process, a Redis, and what works on it; ended after each test. */
export function tracingBench() {
  const server = redisServer();
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const opened: { end(): Promise<void> }[] = [];
  const install = (): void => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  };
  beforeAll(install);
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.end();
    exporter.reset();
  });
  afterAll(async () => {
    await provider.shutdown();
    for (const api of [trace, context, propagation]) api.disable();
  });
  const open = async <One extends { connect(): Promise<void>; end(): Promise<void> }>(
    one: One,
  ): Promise<One> => {
    opened.push(one);
    await one.connect();
    return one;
  };
  return {
    server,
    /** Registers the SDK again, where a test has removed it. */
    install,
    queue: (jobs: Jobs = {}) => open(new Queue({ connection: server.connection }, jobs)),
    worker: (jobs: Jobs) => open(new Worker({ connection: server.connection, queues: ['q'] }, jobs)),
    scheduler: (jobs: Jobs = {}) => open(new Scheduler({ connection: server.connection }, jobs)),
    spans: () => exporter.getFinishedSpans(),
    /** Waits until so many spans have ended. */
    async ended(count: number): Promise<ReadableSpan[]> {
      await until(() => exporter.getFinishedSpans().length >= count);
      return exporter.getFinishedSpans();
    },
    list: (key: string) => server.redis.lrange(`resque:${key}`, 0, -1),
  };
}
