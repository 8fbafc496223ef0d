/** Whoever is to be reminded of something regularly. */
export interface Beating {
  beat(): void;
}

interface Rhythm {
  timer: NodeJS.Timeout;
  beating: Set<Beating>;
}

/** By milliseconds. Locks come by the thousand and mostly last as long: they share a timer. */
const rhythms = new Map<number, Rhythm>();

/** Has `beat` called every so many ms, for the first time after at most as long. None of it keeps the process alive. */
export function beatEvery(ms: number, beating: Beating): void {
  const present = rhythms.get(ms);
  if (present) {
    present.beating.add(beating);
    return;
  }
  const rhythm: Rhythm = {
    timer: setInterval(() => {
      for (const each of rhythm.beating) each.beat();
    }, ms),
    beating: new Set([beating]),
  };
  rhythm.timer.unref();
  rhythms.set(ms, rhythm);
}

/** Ends that; does nothing where it has ended. */
export function beatNoMore(ms: number, beating: Beating): void {
  const rhythm = rhythms.get(ms);
  if (!rhythm?.beating.delete(beating) || rhythm.beating.size > 0) return;
  clearInterval(rhythm.timer);
  rhythms.delete(ms);
}
