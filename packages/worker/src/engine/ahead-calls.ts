import { adopt, runGiveBack, type Connection } from '@reskue/core/protocol';
import type { AheadClaim } from './claim-ahead.js';
import type { Claim, SlotIdentity } from './slot.js';
import { untilAnswered, type Patience } from './until-answered.js';

/** Shows a job that was claimed ahead, and runs for a while, in the record of its worker. */
export async function adoptClaim(
  connection: Connection,
  leaseId: string,
  { workerId, name }: SlotIdentity,
  claim: Claim,
): Promise<void> {
  const { keys } = connection;
  const named = {
    ...keys,
    lease: keys.lease(leaseId),
    ahead: keys.leaseAhead(leaseId),
    record: keys.record(workerId),
  };
  const args = { id: leaseId, worker: workerId, name: JSON.stringify(name), claim: claim.number };
  await connection.run(adopt, named, args);
}

/** Puts claims made ahead back to the front of their queues; resolves to those that could not be. */
export async function giveBackClaims(
  patience: Patience,
  leaseId: string,
  claims: readonly AheadClaim[],
  mayStop: () => boolean,
): Promise<AheadClaim[]> {
  const attempt = (): ReturnType<typeof runGiveBack> =>
    runGiveBack(patience.connection.client, patience.connection.keys, leaseId, claims);
  const reply = await untilAnswered(patience, attempt, mayStop);
  const held = claims.filter((_, index) => reply?.status === 'returned' && reply.claims[index] === 'refused');
  for (const claim of claims) if (!held.includes(claim)) claim.met?.end();
  return held;
}
