// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRedis } from '@reskue/redis-server';

/** @typedef {import('../rows/row.mjs').Result} Result */

const program = fileURLToPath(new URL('../child/child.mjs', import.meta.url));

/** A contender in processes of its own, with a Redis server of its own. */
export class Team {
  #server;
  #children;

  /**
   * @param {import('@reskue/redis-server').RedisServer} server
   * @param {import('node:child_process').ChildProcess[]} children
   */
  constructor(server, children) {
    this.#server = server;
    this.#children = children;
  }

  /**
   * @param {string} file of the contender
   * @param {{ processes?: number, nodeOptions?: string[] }} options
   */
  static async start(file, { processes = 1, nodeOptions = [] }) {
    const server = await startRedis({ port: 0 });
    const args = [file, '127.0.0.1', String(server.port)];
    const children = Array.from({ length: processes }, () => fork(program, args, { execArgv: nodeOptions }));
    const team = new Team(server, children);
    try {
      await Promise.all(children.map((child) => answer(child, 20_000)));
    } catch (error) {
      await team.end();
      throw error;
    }
    return team;
  }

  /**
   * One measurement of a row by so many of the processes; the others have nothing to do meanwhile.
   * @returns {Promise<Result[]>}
   */
  async measure(
    /** @type {Omit<import('../child/child.mjs').Order, 'index'>} */ order,
    processes = 1,
    patienceMs = 180_000,
  ) {
    const children = this.#children.slice(0, processes);
    const meetings = arrangeMeetings(children);
    try {
      return await Promise.all(
        children.map(async (child, index) => {
          if (!child.connected || !isAlive(child)) throw new Error('the process has ended before');
          child.send({ ...order, index });
          const { result, error } = await answer(child, patienceMs);
          if (result === undefined) throw new Error(error ?? 'no result');
          return result;
        }),
      );
    } finally {
      meetings.end();
    }
  }

  async end() {
    const exits = this.#children.filter(isAlive).map(async (child) => {
      const exit = once(child, 'exit');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      if (child.connected) child.disconnect();
      await exit;
      clearTimeout(killer);
    });
    await Promise.all(exits);
    await this.#server.stop();
  }
}

/** Lets processes go on when all have come to a meeting. */
function arrangeMeetings(/** @type {import('node:child_process').ChildProcess[]} */ children) {
  /** @type {Map<string, number>} */
  const arrived = new Map();
  const listen = (/** @type {{ meet?: string }} */ { meet }) => {
    if (meet === undefined) return;
    arrived.set(meet, (arrived.get(meet) ?? 0) + 1);
    if (arrived.get(meet) === children.length) for (const child of children) child.send({ meet });
  };
  for (const child of children) child.on('message', listen);
  return { end: () => children.forEach((child) => child.off('message', listen)) };
}

const isAlive = (/** @type {import('node:child_process').ChildProcess} */ { exitCode, signalCode }) =>
  exitCode === null && signalCode === null;

/**
 * The next message of a child that is no request; rejects when it exits or is silent for too long.
 * @returns {Promise<{ result?: Result, error?: string }>}
 */
async function answer(
  /** @type {import('node:child_process').ChildProcess} */ child,
  /** @type {number} */ patienceMs,
) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
    };
    const onMessage = (/** @type {any} */ message) => {
      if (message.meet !== undefined) return;
      done();
      resolve(message);
    };
    const onExit = (/** @type {number | null} */ code) => {
      done();
      reject(new Error(`the process ended with ${code}`));
    };
    const timer = setTimeout(() => {
      done();
      // Whatever it hangs in, it is of no use any more.
      child.kill('SIGKILL');
      reject(new Error(`no answer within ${patienceMs / 1_000} s`));
    }, patienceMs);
    child.on('message', onMessage).on('exit', onExit);
  });
}
