import type { Connection } from '@reskue/core/protocol';
import type { HeartbeatTerms } from '../heartbeat/heartbeat.js';
import { Engine } from './engine.js';

/** Engines of this process by where they work and on which terms; a client that was handed in is known by its identity. */
const engines = new Map<string, Engine>();
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** The engine for a connection; Workers that go to the same Redis on the same terms share one. */
export function engineFor(connection: Connection, terms: HeartbeatTerms): Engine {
  const key = JSON.stringify([target(connection), connection.options.namespace, connection.dialect, terms]);
  const known = engines.get(key);
  if (known && !known.isClosed) return known;
  const engine = new Engine(terms, () => engines.get(key) === engine && engines.delete(key));
  engines.set(key, engine);
  return engine;
}

function target({ options }: Connection): unknown {
  const { redis, host, port, path, database, options: own } = options;
  if (redis) return identity(redis);
  // What ioredis is given may hold functions and sockets; then only the very same object is the same target.
  return [host, port, path, database, Object.keys(own).length > 0 ? identity(own) : 0];
}

function identity(object: object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(object, lastNumber);
  return lastNumber;
}
