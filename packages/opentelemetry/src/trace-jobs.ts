import { Tracing } from './tracing.js';

/** A Queue, by shape. */
export interface TracedQueue {
  jobs: object;
}

/**
 * The same jobs, each with `Tracing` in front of its plugins. What was given is not changed; its types stay.
 *
 * @example new Worker(options, traceJobs(jobs))
 */
export function traceJobs<Jobs extends object>(jobs: Jobs): Jobs {
  const traced = Object.entries(jobs).map(([name, definition]) => [name, withTracing(definition)] as const);
  // Each job has what it had, and a plugin more; a bare function became the object that it stands for.
  return Object.fromEntries(traced) as Jobs;
}

/**
 * Lets a Queue trace all that it enqueues, also of classes that it has no definition of. Jobs that are assigned to
 * `queue.jobs` later are not traced.
 */
export function traceQueue<Queue extends TracedQueue>(queue: Queue): Queue {
  const { jobs } = queue;
  const anonymous = withTracing({});
  const found = new Map<string, object>();
  // A copy: of a frozen object a proxy may tell nothing new.
  queue.jobs = new Proxy(
    { ...jobs },
    {
      has: (_, name) => typeof name === 'string',
      get: (target, name, receiver) => {
        if (typeof name !== 'string') return Reflect.get(target, name, receiver) as unknown;
        const own: unknown = Object.hasOwn(target, name) ? Reflect.get(target, name) : undefined;
        if (own === undefined || own === null) return anonymous;
        let traced = found.get(name);
        if (traced === undefined) found.set(name, (traced = withTracing(own)));
        return traced;
      },
    },
  );
  return queue;
}

function withTracing(definition: unknown): object {
  const given = typeof definition === 'function' ? { perform: definition } : (definition as object);
  const plugins = (given as { plugins?: unknown[] }).plugins ?? [];
  return plugins.includes(Tracing) ? given : { ...given, plugins: [Tracing, ...plugins] };
}
