import { ReskueError } from '../errors/reskue-error.js';

const AUTH = /^(NOAUTH|WRONGPASS)|^ERR.*\bAUTH\b|invalid password|Authentication required/i;
// ioredis 5, ioredis 6.
const FOREIGN = /^(Protocol error|Unknown RESP type)/;
// What a command ends with whatever the reason was.
const SYMPTOM = /^(Reached the max retries|Command timed out|Connection is closed)/;
// The server answered, and refused this one write: the connection stands.
const REFUSED_WRITE = /^(OOM|READONLY|NOPERM|MISCONF|NOREPLICAS)\b/;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

// OpenSSL's reasons, as Node codes them: no later attempt will end otherwise.
const UNTRUSTED = /CERT|ERR_TLS_|UNABLE_TO_(GET_ISSUER|VERIFY)/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** True for an error event that names a reason, and not only that something took too long. */
export const isReason = (error: unknown): boolean => !SYMPTOM.test(messageOf(error));
export const isForeignServer = (error: unknown): boolean => FOREIGN.test(messageOf(error));
export const isRefusedWrite = (error: unknown): boolean => REFUSED_WRITE.test(messageOf(error));

/** The server's certificate is not one that we may trust. */
export const isUntrusted = (error: unknown): boolean => UNTRUSTED.test(codeOf(error));

/**
 * The error that `connect()` rejects with. `rejected` is what a command came to; `heard` is the last error event of the
 * client, which holds the reason (ECONNREFUSED) where the command only knows that it waited for too long.
 */
export function explainFailure(target: string, rejected: unknown, heard: unknown): ReskueError {
  for (const error of [rejected, heard]) {
    const message = messageOf(error);
    if (AUTH.test(message)) {
      return new ReskueError(
        'RESKUE_AUTH_FAILED',
        `Redis at ${target} refused the login (${message}): set the option password (and username), or correct it`,
        { cause: error },
      );
    }
    if (FOREIGN.test(message)) {
      return new ReskueError(
        'RESKUE_NOT_REDIS',
        `What answers at ${target} is no Redis server, or wants TLS (${message}): check host, port and tls`,
        { cause: error },
      );
    }
  }
  if (/DB index is out of range/i.test(messageOf(rejected))) {
    return new ReskueError(
      'RESKUE_OPTION_INVALID',
      `Connection option "database": Redis at ${target} has no database of this number (${messageOf(rejected)})`,
      { cause: rejected },
    );
  }
  if (isUntrusted(rejected)) {
    return new ReskueError(
      'RESKUE_CONNECTION_FAILED',
      `Could not connect to Redis at ${target}: its certificate is not trusted (${messageOf(rejected)}): give the option tls the ca that signed it, or the servername that it is made for`,
      { cause: rejected },
    );
  }
  const reason = heard === undefined ? messageOf(rejected) : `${messageOf(heard)} (${messageOf(rejected)})`;
  return new ReskueError('RESKUE_CONNECTION_FAILED', `Could not connect to Redis at ${target}: ${reason}`, {
    cause: heard ?? rejected,
  });
}
