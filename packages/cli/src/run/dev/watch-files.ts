import { readdirSync, watch, type FSWatcher } from 'node:fs';
import { extname, join } from 'node:path';

const code = new Set(['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.json']);
const passedOver = new Set(['node_modules', 'dist', 'coverage']);
/** An editor writes a file in several steps, and a branch that is checked out many files. */
const quietMs = 100;

/**
 * Calls `changed` with the names of files with code that changed somewhere below the folders, once things are quiet.
 * Folders of packages, of builds, and hidden ones are passed over. Gives a function that stops watching.
 */
export function watchFiles(folders: readonly string[], changed: (files: string[]) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const files = [...pending];
    pending.clear();
    changed(files);
  };
  const note = (folder: string, name: string | null): void => {
    if (name === null) return;
    const path = join(folder, name);
    // A new folder is watched from now on.
    if (extname(name) === '') add(path);
    if (!code.has(extname(name))) return;
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(tell, quietMs);
  };
  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  // Folder by folder: Node's own recursion on Linux walks through node_modules, too.
  const add = (folder: string): void => {
    if (watchers.has(folder)) return;
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      const watcher = watch(folder, (_event, name) => note(folder, name));
      watcher.on('error', () => forget(folder));
      watchers.set(folder, watcher);
      for (const entry of entries)
        if (entry.isDirectory() && !entry.name.startsWith('.') && !passedOver.has(entry.name))
          add(join(folder, entry.name));
    } catch {
      // It is no folder, or gone already.
    }
  };
  for (const folder of folders) add(folder);
  return () => {
    clearTimeout(timer);
    for (const folder of [...watchers.keys()]) forget(folder);
  };
}
