import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes the number of this process into a file, at once and whole; gives a function that removes it, if it is still ours. */
export function writePidFile(path: string): () => void {
  const own = `${process.pid}\n`;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, own);
  renameSync(draft, path);
  return () => {
    try {
      if (readFileSync(path, 'utf8') === own) rmSync(path, { force: true });
    } catch {
      // Somebody removed it already.
    }
  };
}
