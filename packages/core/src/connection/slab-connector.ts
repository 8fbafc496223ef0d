import { createConnection, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import { AbstractConnector, type RedisOptions } from 'ioredis';

/** Bytes of memory that are asked for at once. */
const slabSize = 262_144;
/** With less room than this, a reply of some length would come in pieces, to be joined. */
const leastRoom = 131_072;

/**
 * Opens the socket of a client that goes to one server without TLS. What comes is read into slabs: Node would take 64 kB of
 * memory for each read and give back what it does not need, bring no more than that at once, and pass all through the
 * buffer of the socket's stream. A long reply is seldom in two reads now, and a short one is told in the moment in which
 * it comes. A slab is never written again where it was: a reply that is kept as bytes keeps its slab.
 */
export class SlabConnector extends AbstractConnector {
  readonly #options: RedisOptions;

  constructor(options: unknown) {
    super((options as { disconnectTimeout: number }).disconnectTimeout);
    this.#options = options as RedisOptions;
  }

  override async connect(): Promise<Socket> {
    this.connecting = true;
    // As ioredis does: who disconnects in the same tick has no socket to close.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    if (!this.#isWanted()) throw new Error('Connection is closed.');
    const socket = openSocket(this.#options);
    this.stream = socket;
    socket.once('error', (error) => (this.firstError = error));
    return socket;
  }

  #isWanted(): boolean {
    return this.connecting;
  }
}

/** Whether a client with these options may be opened like this; not where they name another way to the server. */
export const mayUseSlabs = ({ Connector, sentinels, tls }: RedisOptions): boolean =>
  Connector === undefined && !sentinels && !tls;

function openSocket({ path, host, port, family }: RedisOptions): Socket {
  const onread = intoSlabs((bytes) => socket.emit('data', bytes));
  const target = path ? { path } : { host, port, family };
  const socket = createConnection({ ...target, onread } as NetConnectOpts);
  return socket;
}

function intoSlabs(tell: (bytes: Buffer) => void): OnReadOpts {
  let slab = Buffer.allocUnsafeSlow(slabSize);
  let end = 0;
  return {
    // Asked for at first, and after each read.
    buffer() {
      if (slabSize - end < leastRoom) {
        slab = Buffer.allocUnsafeSlow(slabSize);
        end = 0;
      }
      return slab.subarray(end);
    },
    callback(size) {
      const start = end;
      end += size;
      tell(slab.subarray(start, end));
      return true;
    },
  };
}
