/** What a worker holds while it runs a job, as its plugins may need it. */
export interface JobClaim {
  /** The job's text, byte for byte as it stands in Redis. */
  readonly payload: string;
  /** The lease of this process: what was taken under it is given back by whoever takes back the jobs of the dead. */
  readonly leaseId: string;
  /** The worker's id, `host:pid:queues`. */
  readonly workerId: string;
}

// A symbol of the registry, as with settlements: there may be several copies of this package.
const key = Symbol.for('reskue.plugin.claim');

export function rememberClaim(plugin: object, claim: JobClaim): void {
  // Not enumerable: a plugin looks in a log as its author wrote it.
  Object.defineProperty(plugin, key, { value: claim });
}

/**
 * The claim under which a plugin's job is run; in its hooks, not in its constructor. Undefined at enqueueing and inline,
 * where nothing is claimed.
 */
export function claimOf(plugin: object): JobClaim | undefined {
  // Only rememberClaim writes it.
  return Reflect.get(plugin, key) as JobClaim | undefined;
}
