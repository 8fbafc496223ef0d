// @ts-check
/**
 * What a library must offer to take part: one file in `contenders/` that exports `contender`.
 *
 * @typedef {object} Contender
 * @property {string} name as `--peers` and the tables say it
 * @property {string} package whose version the report names
 * @property {(at: Target) => Promise<Producer>} produce opens the library's producer; it may be idle
 * @property {(at: Target, options: WorkOptions, perform: Perform) => Promise<Consumer>} work
 *   starts to work and resolves when the library is ready to, if it says so
 * @property {boolean} [delays] it can delay jobs; then the producer has `delay`
 * @property {boolean} [plugins] it has Resque's plugins, by their names
 * @property {number} [pollMs] so often an idle consumer looks for work, where nothing wakes it
 * @property {string[]} [groups] takes part in these groups of rows only
 *
 * @typedef {object} Target a Redis server of the contender's own
 * @property {string} host
 * @property {number} port
 *
 * @typedef {object} Producer
 * @property {(queue: string, data: string) => Promise<unknown>} enqueue
 * @property {(queue: string, data: string[]) => Promise<unknown>} enqueueMany as the library does it best
 * @property {(queue: string, data: string, atMs: number) => Promise<unknown>} [delay] until an epoch ms
 * @property {() => Promise<unknown>} end
 *
 * @typedef {object} Consumer
 * @property {() => Promise<unknown>} end
 *
 * @typedef {object} WorkOptions
 * @property {string[]} queues
 * @property {number} slots so many jobs at a time
 * @property {boolean} [delayed] jobs that were delayed are expected: start a scheduler, where one is needed
 * @property {string[]} [plugins] plugins of the job
 * @property {number} [pollMs] there is always work: so often it may look, that it ends the sooner
 *
 * @typedef {(data: string) => void | Promise<void>} Perform
 */

export const queueName = 'bench';

/** `count` payloads of so many bytes, no two alike: locks by arguments must not meet. */
export function payloads(/** @type {number} */ count, bytes = 100, first = 0) {
  return Array.from({ length: count }, (_, index) => `${first + index}.`.padEnd(bytes, 'x'));
}
