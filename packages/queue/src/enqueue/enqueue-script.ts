import {
  enqueue,
  enqueueOne,
  isLean,
  isRegular,
  PayloadRun,
  PreparedScript,
  type Connection,
  type Keys,
  type Listener,
  type Payload,
  type Payloads,
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
  /** `enqueueOne`, and its keys. */
  readonly short: PreparedScript;
  readonly shortKeys: readonly string[];
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

  /** By `enqueue`. */
  enqueue(queue: string, payloads: Payloads, numbered: NumberedCall): Promise<unknown> {
    const { script } = this.#knownOf(queue, numbered.producer);
    return script.run(this.#connection.client, operandsBehind(numbered, payloads));
  }

  /** The same for the first attempt of a call, by the shorter script where that does. */
  tell(queue: string, payloads: Payloads, numbered: NumberedCall, listener: Listener): void {
    const { producer, call, fresh } = numbered;
    const { client } = this.#connection;
    const known = this.#knownOf(queue, producer);
    const only = fresh === '0' && !isRegular(call) ? onlyOf(payloads) : undefined;
    if (only !== undefined && this.#isTaken(known)) known.short.tell(client, [call, String(only)], listener);
    else known.script.tell(client, operandsBehind(numbered, payloads), listener);
  }

  /** All operands but the payloads. */
  operands(queue: string, { producer, call, fresh, keepMs }: NumberedCall): ScriptArgument[] {
    return [...this.#knownOf(queue, producer).operands, call, fresh, keepMs];
  }

  /**
   * Whether the server has `enqueueOne`: a call of a script that it does not know is sent once more, behind all that was sent
   * meanwhile. So it is shown first, by a call that does nothing. A cluster, where each node would need it, goes on with `enqueue`.
   */
  #isTaken({ shortKeys }: Known): boolean {
    const { client } = this.#connection;
    if (this.#shown?.client !== client) {
      const shown: Shown = { client, isTaken: false };
      this.#shown = shown;
      const taken = (): void => {
        shown.isTaken = true;
      };
      if (isLean(client))
        client.eval(enqueueOne.source, shortKeys.length, ...shortKeys).then(taken, () => undefined);
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
    const shortKeys = [keys.queues, list, wake, producer];
    const short = new PreparedScript(enqueueOne, shortKeys.length, shortKeys);
    return (this.#known = { of: keys, queue, producer, operands, script, short, shortKeys });
  }
}

const onlyOf = (payloads: Payloads): Payload | undefined =>
  payloads.length === 1 && !(payloads instanceof PayloadRun) ? payloads[0] : undefined;

function operandsBehind({ call, fresh, keepMs }: NumberedCall, payloads: Payloads): ScriptArgument[] {
  const operands: ScriptArgument[] = [call, fresh, keepMs];
  for (const payload of payloads) operands.push(String(payload));
  return operands;
}
