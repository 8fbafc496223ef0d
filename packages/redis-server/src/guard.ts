import { spawn } from 'node:child_process';

/**
 * Its standard input is a pipe from us, so it ends when we do, however we die. It reads the server's process id, a new
 * one after each restart, and when the pipe ends without "done" it kills the last one and removes the folder.
 */
const script = `
while read -r word; do
  [ "$word" = done ] && exit 0
  server=$word
done
[ -n "$server" ] && kill -KILL "$server"
rm -rf -- "$1"
`;

/** Ties a server and its folder to the life of this process, even against `kill -9`. */
export interface Guard {
  /** Watch over this process id from now on; without one, over the folder alone. */
  watch(pid?: number): void;
  /** The server and the folder are gone: stand down. */
  release(): void;
}

/** Starts a guard over the temporary folder. */
export const startGuard = (folder: string): Guard => {
  const guard = spawn('/bin/sh', ['-c', script, 'redis-guard', folder], {
    // An own process group: Ctrl-C in a terminal must not reach it before it reaches us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A guard that somebody killed must not take us along.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return {
    watch: (pid) => void guard.stdin.write(`${pid ?? ''}\n`),
    release: () => void guard.stdin.end('done\n'),
  };
};
