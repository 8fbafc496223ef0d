/**
 * What went wrong around the private server:
 * - `RESKUE_REDIS_NOT_FOUND`: no server binary, and none could be fetched; the message names the ways out.
 * - `RESKUE_REDIS_START_FAILED`: the binary ran but never answered; the message ends with its own last words.
 * - `RESKUE_REDIS_STOPPED`: `restart()` after `stop()`, which is for good.
 * - `RESKUE_REDIS_OPTION`: an option has a wrong value.
 */
export type RedisServerErrorCode =
  'RESKUE_REDIS_NOT_FOUND' | 'RESKUE_REDIS_START_FAILED' | 'RESKUE_REDIS_STOPPED' | 'RESKUE_REDIS_OPTION';

/** Every error this package throws; tell them apart by `code`. */
export class RedisServerError extends Error {
  override readonly name = 'RedisServerError';
  readonly code: RedisServerErrorCode;

  constructor(code: RedisServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
