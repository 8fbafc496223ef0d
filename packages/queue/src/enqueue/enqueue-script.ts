import {
  enqueue,
  PreparedScript,
  type Connection,
  type Keys,
  type Payload,
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
}

/** Runs `enqueue`; what stays the same for a queue is made once. */
export class EnqueueScript {
  readonly #connection: Connection;
  #known: Known | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  enqueue(queue: string, payloads: readonly Payload[], numbered: NumberedCall): Promise<unknown> {
    const { producer, call, fresh, keepMs } = numbered;
    const rest: ScriptArgument[] = [call, fresh, keepMs];
    for (const payload of payloads) rest.push(String(payload));
    return this.#knownOf(queue, producer).script.run(this.#connection.client, rest);
  }

  /** All operands but the payloads. */
  operands(queue: string, { producer, call, fresh, keepMs }: NumberedCall): ScriptArgument[] {
    return [...this.#knownOf(queue, producer).operands, call, fresh, keepMs];
  }

  #knownOf(queue: string, producer: string): Known {
    const { keys } = this.#connection;
    const known = this.#known;
    if (known?.queue === queue && known.producer === producer && known.of === keys) return known;
    const operands = [keys.queues, keys.queue(queue), keys.wakeQueue(queue), keys.wake, producer, queue];
    const script = new PreparedScript(enqueue, enqueue.keys.length, operands);
    return (this.#known = { of: keys, queue, producer, operands, script });
  }
}
