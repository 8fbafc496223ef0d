import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';

/** OpenTelemetry's attributes of messaging, and one of our own: a job has a class, a message has none. */
export function attributesOf(type: 'send' | 'process', queue: string, className: string): Attributes {
  return {
    'messaging.system': 'reskue',
    'messaging.destination.name': queue,
    'messaging.operation.type': type,
    'messaging.operation.name': type === 'send' ? 'enqueue' : 'perform',
    'reskue.job.class': className,
  };
}

/** Writes what was thrown, of whatever kind, into a span. */
export function recordError(span: Span, thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  const code: unknown = Reflect.get(error, 'code');
  span.setAttribute('error.type', typeof code === 'string' ? code : error.name);
}
