import { hiddenOf, hide } from './hidden.js';
import type { MetNeeds } from '../needs/met-needs.js';

/** What a worker holds while it runs a job, as its plugins may need it. */
export interface JobClaim {
  /** The job's text, byte for byte as it stands in Redis. */
  readonly payload: string;
  /** The lease of this process: what was taken under it is given back by whoever takes back the jobs of the dead. */
  readonly leaseId: string;
  /** The worker's id, `host:pid:queues`. */
  readonly workerId: string;
  /** @internal What came along with it for the plugins of its job. */
  readonly met?: MetNeeds | undefined;
}

export function rememberClaim(plugin: object, claim: JobClaim): void {
  hide(plugin).claim = claim;
}

/**
 * The claim under which a plugin's job is run; in its hooks, not in its constructor. Undefined at enqueueing and inline,
 * where nothing is claimed.
 */
export const claimOf = (plugin: object): JobClaim | undefined =>
  // Only rememberClaim writes it.
  hiddenOf(plugin)?.claim as JobClaim | undefined;
