import type { JobClaim } from '@reskue/core/protocol';
import type { Claim } from '../engine/slot.js';

/** A claim as the plugins of its job may know it. Of a class, for it lives as long as the job (see `Hidden`). */
export class ClaimInHand implements JobClaim {
  readonly payload: string;
  readonly met: JobClaim['met'];
  readonly leaseId: string;
  readonly workerId: string;

  constructor({ payload, met }: Claim, { leaseId, workerId }: Pick<JobClaim, 'leaseId' | 'workerId'>) {
    this.payload = payload;
    this.met = met;
    this.leaseId = leaseId;
    this.workerId = workerId;
  }
}
