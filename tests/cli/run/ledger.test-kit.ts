import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the jobs of programs/jobs.mjs wrote down, outside of Redis. */
export interface Entry {
  at: number;
  what: 'started' | 'finished';
  id: string;
  pid: number;
}

/** All entries, the earliest first. */
export function readLedger(folder: string): Entry[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [at, what, id = ''] = line.split(' ');
          // The jobs write these words only.
          return { at: Number(at), what: what as Entry['what'], id, pid: Number.parseInt(file) };
        }),
    )
    .sort((one, other) => one.at - other.at);
}

/** The ids with their number of entries of a kind. */
export function countOf(entries: readonly Entry[], what: Entry['what']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) if (entry.what === what) counts.set(entry.id, (counts.get(entry.id) ?? 0) + 1);
  return counts;
}
