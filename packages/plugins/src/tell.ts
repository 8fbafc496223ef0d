interface Emitter {
  emit(event: string, ...given: unknown[]): unknown;
  listenerCount(event: string): number;
}

const isEmitter = (host: unknown): host is Emitter =>
  typeof host === 'object' &&
  host !== null &&
  typeof Reflect.get(host, 'emit') === 'function' &&
  typeof Reflect.get(host, 'listenerCount') === 'function';

/**
 * Emits an event on a Worker, if somebody listens. What a listener throws surfaces as an uncaught exception, as of any
 * emitter, but does not make the job fail.
 */
export function tell(host: unknown, event: string, ...given: unknown[]): void {
  if (!isEmitter(host) || host.listenerCount(event) === 0) return;
  try {
    host.emit(event, ...given);
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}
