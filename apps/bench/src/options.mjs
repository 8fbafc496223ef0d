// @ts-check
import { parseArgs } from 'node:util';
import { defaultPeers } from './run/find-contenders.mjs';

/** @typedef {'smoke' | 'short' | 'full'} Length */

/** How much each length of a run does. */
export const lengths = {
  /** That everything works; the figures mean nothing. */
  smoke: {
    effort: {
      seconds: 0.02,
      fewestJobs: 50,
      mostJobs: 100,
      samples: 3,
      patience: 0.5,
      dueJobs: 5,
      backlog: 500,
    },
    rounds: 1,
    roundsOnce: 1,
  },
  short: {
    effort: {
      seconds: 0.13,
      fewestJobs: 400,
      mostJobs: 20_000,
      samples: 100,
      patience: 4,
      dueJobs: 1_000,
      backlog: 100_000,
    },
    rounds: 3,
    roundsOnce: 1,
    warmUpSeconds: { group: 0.5, row: 0.2 },
  },
  full: {
    effort: {
      seconds: 0.8,
      fewestJobs: 1_000,
      mostJobs: 200_000,
      samples: 400,
      patience: 10,
      dueJobs: 10_000,
      backlog: 1_000_000,
    },
    rounds: 5,
    roundsOnce: 3,
    warmUpSeconds: { group: 0.8, row: 0.8 },
  },
};

export const usage = `pnpm bench [options]

  --short             just under two minutes; 64 kB payloads, growth and several processes are left out (default)
  --full              about twenty minutes
  --only a,b          these rows or groups of rows
  --peers a,b         these contenders, by their names or by the paths of their files
                      (default ${defaultPeers.join(',')})
  --rounds n          measure so often
  --seconds n         measure for about so long each time
  --commands          also tell what Redis spent by command
  --json file         write all figures, round by round
  --chart file        write an SVG chart
  --markdown file     write the tables; between <!-- bench --> and <!-- /bench -->, where the file has them
  --profile folder    write CPU profiles of what is measured; summarise-profile.mjs reads them
  --list              name the rows and end`;

/** Reads the command line. Throws a TypeError that says what is wrong with it. */
export function readOptions(/** @type {string[]} */ args) {
  const { values } = parseArgs({
    args,
    options: {
      short: { type: 'boolean' },
      full: { type: 'boolean' },
      smoke: { type: 'boolean' },
      only: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      commands: { type: 'boolean' },
      json: { type: 'string' },
      chart: { type: 'string' },
      markdown: { type: 'string' },
      profile: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  /** @type {Length} */
  const length = values.full ? 'full' : values.smoke ? 'smoke' : 'short';
  const preset = lengths[length];
  const rounds = values.rounds === undefined ? undefined : positive('--rounds', values.rounds);
  const seconds =
    values.seconds === undefined ? preset.effort.seconds : positive('--seconds', values.seconds);
  return {
    ...values,
    length,
    only: list(values.only),
    peers: list(values.peers) ?? defaultPeers,
    plan: {
      ...preset,
      effort: { ...preset.effort, seconds },
      ...(rounds === undefined ? {} : { rounds, roundsOnce: rounds }),
    },
  };
}

const list = (/** @type {string | undefined} */ text) => text?.split(',').filter((name) => name !== '');

function positive(/** @type {string} */ name, /** @type {string} */ text) {
  const value = Number(text);
  if (value > 0) return value;
  throw new TypeError(`${name}: expected a number above 0, got ${text}`);
}
