import type { Logger } from 'pino';
import type { WorkProcess } from '../work/work-process.js';
import type { FromChild, ToChild } from './supervisor-messages.js';

const everyMs = 1_000;

/**
 * In a process that a supervisor started: does what that says, tells it once a second how things are, and ends in good
 * order when the supervisor is gone, however that died.
 */
export function serveSupervisor(
  work: WorkProcess,
  orders: { drain(): void; stopNow(exitCode: number): void },
  metrics: () => Promise<unknown>,
  log: Logger,
): () => Promise<void> {
  const send = (message: FromChild): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
      else resolve();
    });
  const tell = (): void => void send({ kind: 'state', state: work.state });
  const hear = (message: unknown): void => {
    // The supervisor speaks no other.
    const order = message as ToChild;
    if (order.kind === 'drain') orders.drain();
    else if (order.kind === 'now') orders.stopNow(0);
    else if (order.kind === 'quiet') work.quiet();
    else if (order.kind === 'resume') work.resume();
    else void tellMetrics(order.id);
  };
  const tellMetrics = async (id: number): Promise<void> => {
    const found = await metrics().catch(() => undefined);
    if (found !== undefined || id > 0) await send({ kind: 'metrics', id, metrics: found });
  };
  const orphaned = (): void => {
    log.warn('the supervisor is gone: ending');
    orders.drain();
  };
  process.on('message', hear);
  process.on('disconnect', orphaned);
  work.on('phase', tell);
  work.on('stopped', () => void send({ kind: 'stopped' }));
  const timer = setInterval(tell, everyMs).unref();
  tell();
  // It died before we listened.
  if (!process.connected) orphaned();
  return async () => {
    clearInterval(timer);
    await tellMetrics(0);
    process.off('message', hear);
    process.off('disconnect', orphaned);
    if (process.connected) process.disconnect();
  };
}
