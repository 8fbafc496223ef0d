import type { Dialect } from '../connection/connection-options.js';
import { nodeDate, rubyFailedAt } from '../time/time-texts.js';
import { describeThrown } from './describe-thrown.js';

/** A job that failed, and how. */
export interface Failure {
  /** The worker's name, or in dialect `ruby` its whole id. */
  worker: string;
  queue: string;
  /** The payload as it is in Redis. */
  rawPayload: string;
  /** What was thrown: anything. */
  error: unknown;
  /** Epoch ms. */
  failedAt: number;
}

/**
 * The entry of the list `failed`, as node-resque or Ruby Resque writes it. The payload's bytes are kept; one that is no
 * JSON is stored as a JSON string of its text. Never throws.
 */
export function encodeFailure(
  dialect: Dialect,
  { worker, queue, rawPayload, error, failedAt }: Failure,
): string {
  const { exception, error: message, backtrace } = describeThrown(error);
  const text = JSON.stringify;
  const payload = isJson(rawPayload) ? rawPayload : text(rawPayload);
  const reason = `"payload":${payload},"exception":${text(exception)},"error":${text(message)}`;
  const origin = `"worker":${text(worker)},"queue":${text(queue)}`;
  return dialect === 'node'
    ? `{${origin},${reason},"backtrace":${text(backtrace)},"failed_at":${text(nodeDate(failedAt))}}`
    : `{"failed_at":${text(rubyFailedAt(failedAt))},${reason},"backtrace":${text(backtrace ?? [])},${origin}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
