/** Whoever is to be reminded of something regularly. */
export interface Beating {
  beat(): void;
  /** Its neighbours in the chain of those who are reminded as often. */
  before: Beating | undefined;
  after: Beating | undefined;
}

/** They are in a chain, which costs nothing to join and to leave: most locks are gone before they are due. */
interface Rhythm {
  timer: NodeJS.Timeout;
  first: Beating | undefined;
}

/** By milliseconds. Locks come by the thousand and mostly last as long: they share a timer. */
const rhythms = new Map<number, Rhythm>();

/** Has `beat` called every so many ms, for the first time after at most as long. None of it keeps the process alive. */
export function beatEvery(ms: number, beating: Beating): void {
  const rhythm = rhythms.get(ms) ?? begin(ms);
  beating.before = undefined;
  beating.after = rhythm.first;
  if (rhythm.first) rhythm.first.before = beating;
  rhythm.first = beating;
}

/** Ends that; does nothing where it has ended. */
export function beatNoMore(ms: number, beating: Beating): void {
  const rhythm = rhythms.get(ms);
  const { before, after } = beating;
  if (!rhythm || (!before && rhythm.first !== beating)) return;
  if (before) before.after = after;
  else rhythm.first = after;
  if (after) after.before = before;
  beating.before = beating.after = undefined;
  if (rhythm.first) return;
  clearInterval(rhythm.timer);
  rhythms.delete(ms);
}

function begin(ms: number): Rhythm {
  const timer = setInterval(() => {
    let next = rhythm.first;
    while (next) {
      const { after } = next;
      next.beat();
      next = after;
    }
  }, ms);
  const rhythm: Rhythm = { timer, first: undefined };
  timer.unref();
  rhythms.set(ms, rhythm);
  return rhythm;
}
