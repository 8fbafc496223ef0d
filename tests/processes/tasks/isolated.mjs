// Tasks for child processes.
export const perform = (number) => ({ doubled: number * 2, pid: process.pid });
export const loop = () => {
  for (;;);
};
export const exit = (code) => process.exit(code);
export const fail = () => {
  throw new TypeError('from afar');
};
export const fill = () => {
  const all = [];
  for (;;) all.push(new Array(100_000).fill(Math.random()));
};
