import type { ReskueErrorCode } from './error-codes.js';

/**
 * The one error class of Reskue. `code` says what happened and stays the same from version to version;
 * `message` holds the value at fault; `cause` is the error underneath, when there is one.
 *
 * `name` stays "Error", as with Node's own errors: node-resque threw plain Errors, and its users match on
 * `String(error)`, and `failed` entries hold the name as `exception`.
 */
export class ReskueError extends Error {
  readonly code: ReskueErrorCode;

  constructor(code: ReskueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * True for every error of Reskue, also when it comes from another copy of the package (CommonJS beside ESM,
 * two versions in one tree), where `instanceof` would say no.
 */
export function isReskueError(error: unknown): error is ReskueError {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('RESKUE_');
}
