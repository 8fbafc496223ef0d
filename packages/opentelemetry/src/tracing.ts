import {
  context,
  propagation,
  ROOT_CONTEXT,
  type Context,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import {
  claimOf,
  membersOf,
  Plugin,
  type PayloadMaking,
  type PayloadMembers,
  type Settling,
} from '@reskue/core';
import { attributesOf, recordError } from './attributes.js';

/** Under the name of the class in `pluginOptions`. */
export interface TracingOptions {
  /**
   * How the span of a run stands to that of the enqueue: in the same trace beneath it, or in a trace of its own that
   * links to it (for jobs that run long afterwards). @default "child"
   */
  relation?: 'child' | 'link';
}

/**
 * A plugin that makes a span of the enqueue and one of the run, and carries the context from the one to the other in the
 * payload, beside `args` (`traceparent`, `tracestate`, and what else the propagators of the application write). `perform`
 * runs inside of the span's context. A run that is tried again has a span for each time. Without an OpenTelemetry SDK
 * nothing is written and nothing happens. List it first, so that the other plugins are inside.
 */
export class Tracing extends Plugin {
  /** In `enqueue`: the producer's; in a run: the consumer's. */
  #span: Span | undefined;
  #context: Context | undefined;
  #thrown: unknown;

  override payloadMembers(making: PayloadMaking): PayloadMembers | undefined {
    const attributes = attributesOf('send', this.queue, this.func);
    if (making.phase === 'delay') attributes['reskue.job.due_at'] = making.dueMs;
    const parent = context.active();
    const span = tracer().startSpan(`enqueue ${this.queue}`, { kind: SpanKind.PRODUCER, attributes }, parent);
    const carrier: Record<string, string> = {};
    propagation.inject(trace.setSpan(parent, span), carrier);
    // Nobody tells how a delayed job was stored: its span is that of the call alone.
    if (making.phase === 'delay') span.end();
    else this.#span = span;
    return carrier;
  }

  override beforePerform(): void {
    const claim = claimOf(this);
    // Inline, the caller's own context is the parent.
    const sent = claim ? propagation.extract(ROOT_CONTEXT, membersOf(claim.payload)) : context.active();
    const { relation = 'child' } = this.options as TracingOptions;
    const producer = trace.getSpanContext(sent);
    const isLinked = relation === 'link' && claim !== undefined && producer !== undefined;
    const attributes = attributesOf('process', this.queue, this.func);
    if (claim) attributes['messaging.client.id'] = claim.workerId;
    this.#span = tracer().startSpan(
      `perform ${this.queue}`,
      { kind: SpanKind.CONSUMER, attributes, links: isLinked ? [{ context: producer }] : [], root: isLinked },
      sent,
    );
    this.#context = trace.setSpan(sent, this.#span);
  }

  override aroundPerform(perform: () => unknown): unknown {
    const note = (error: unknown): void => {
      this.#thrown = error ?? new Error(`The job threw ${String(error)}`);
    };
    try {
      const given = context.with(this.#context ?? ROOT_CONTEXT, perform);
      // Beside: what the job gives goes on as it is.
      if (isThenable(given)) given.then(undefined, note);
      return given;
    } catch (error) {
      note(error);
      throw error;
    }
  }

  override onSettle({ outcome, error }: Settling): void {
    const span = this.#span;
    if (!span) return;
    // A run whose failure another plugin took back (to try it again, say) was a failure all the same.
    const thrown = error ?? this.#thrown;
    if (thrown !== undefined) recordError(span, thrown);
    span.setAttribute('reskue.job.outcome', outcome);
    span.end();
    this.#span = undefined;
  }
}

const tracer = () => trace.getTracer('@reskue/opentelemetry');

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
