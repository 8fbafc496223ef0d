/** How many slots ask at first when a lane was idle; doubled while there is a job for each. */
export const firstReach = 4;

/** Whether a lane asks for jobs, and for how many: learnt from what its calls bring. */
export class Appetite {
  isHungry = false;
  /** The last call brought all that it was asked for. */
  isFlowing = false;
  /** The next job is one whose process died: it is for a slot. */
  isBarred = false;
  reach = firstReach;
  #looks = 0;

  /** Told along with what a call brought: it knew of these looks. */
  get looks(): number {
    return this.#looks;
  }

  /** There may be work, even if there was none a moment ago. */
  look(): void {
    this.#looks += 1;
    this.isHungry = true;
  }

  /**
   * A job came while the lane slept: that tells of no second one. The slot that has it asks for the next, with its settlement;
   * to claim ahead each time, and to look after that, costs a lone job a fifth more.
   */
  taste(isBarred: boolean): void {
    this.isBarred = this.isFlowing = isBarred;
    this.isHungry = true;
    this.reach = 1;
  }

  /** A full harvest means that there is more; less than was asked for means that the queues are empty, for now. */
  learn(harvest: { asked: number; claimed: number; isBarred: boolean; looks: number }): void {
    this.isBarred = harvest.isBarred;
    this.isFlowing = harvest.isBarred || harvest.claimed === harvest.asked;
    if (this.isFlowing) {
      this.isHungry = true;
      this.reach = 2 * Math.max(this.reach, firstReach);
    } else if (harvest.looks === this.#looks) {
      this.isHungry = false;
      this.reach = firstReach;
    } else {
      // After a taste it is one.
      this.reach = Math.max(this.reach, firstReach);
    }
  }
}
