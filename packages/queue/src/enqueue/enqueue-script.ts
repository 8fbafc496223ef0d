import {
  enqueue,
  enqueueOne,
  isLean,
  isRegular,
  PreparedScript,
  type Connection,
  type Keys,
  type Payload,
  type RedisClient,
  type ScriptArgument,
} from '@reskue/core/protocol';
import type { NumberedCall } from '../producer.js';

/** What of the calls stays the same as long as one producer enqueues to one queue. */
interface Known {
  readonly of: Keys;
  readonly queue: string;
  readonly producer: string;
  /** The first operands of `enqueue`. */
  readonly operands: readonly string[];
  readonly script: PreparedScript;
  /** `enqueueOne`. */
  readonly short: PreparedScript;
}

/** The client to which `enqueueOne` was shown, and whether its server took it. */
interface Shown {
  readonly client: RedisClient;
  isTaken: boolean;
}

/** Runs `enqueue`, or `enqueueOne` where that does; what stays the same for a queue is made once. */
export class EnqueueScript {
  readonly #connection: Connection;
  #known: Known | undefined;
  #shown: Shown | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  enqueue(queue: string, payloads: readonly Payload[], numbered: NumberedCall): Promise<unknown> {
    const { producer, call, fresh, keepMs } = numbered;
    const { client } = this.#connection;
    const { script, short } = this.#knownOf(queue, producer);
    if (payloads.length === 1 && fresh === '0' && !isRegular(call) && this.#isTaken(client))
      return short.run(client, [call, String(payloads[0])]);
    const rest: ScriptArgument[] = [call, fresh, keepMs];
    for (const payload of payloads) rest.push(String(payload));
    return script.run(client, rest);
  }

  /** All operands but the payloads. */
  operands(queue: string, { producer, call, fresh, keepMs }: NumberedCall): ScriptArgument[] {
    return [...this.#knownOf(queue, producer).operands, call, fresh, keepMs];
  }

  /**
   * Whether the server has `enqueueOne`: a call of a script that it does not know is sent once more, behind all that was sent
   * meanwhile. A server that refuses it goes on with `enqueue`, and so does a cluster, where each node would need it.
   */
  #isTaken(client: RedisClient): boolean {
    if (this.#shown?.client !== client) {
      const shown: Shown = { client, isTaken: false };
      this.#shown = shown;
      if (isLean(client)) {
        const taken = (): void => {
          shown.isTaken = true;
        };
        client.script('LOAD', enqueueOne.source).then(taken, () => undefined);
      }
    }
    return this.#shown.isTaken;
  }

  #knownOf(queue: string, producer: string): Known {
    const { keys } = this.#connection;
    const known = this.#known;
    if (known?.queue === queue && known.producer === producer && known.of === keys) return known;
    const [list, wake] = [keys.queue(queue), keys.wakeQueue(queue)];
    const operands = [keys.queues, list, wake, keys.wake, producer, queue];
    const script = new PreparedScript(enqueue, enqueue.keys.length, operands);
    const short = new PreparedScript(enqueueOne, enqueueOne.keys.length, [keys.queues, list, wake, producer]);
    return (this.#known = { of: keys, queue, producer, operands, script, short });
  }
}
