// @ts-check
import { mergeProcesses } from '../rows/processes.mjs';
import { Team } from './team.mjs';

/** @typedef {import('../rows/row.mjs').Row} Row */
/** @typedef {import('./find-contenders.mjs').Entrant} Entrant */

/**
 * @typedef {object} Plan
 * @property {readonly Entrant[]} entrants
 * @property {import('../rows/row.mjs').Effort} effort
 * @property {number} rounds
 * @property {number} roundsOnce of rows that hardly vary
 * @property {{ group: number, row: number }} [warmUpSeconds] so long a contender does what a row asks before its first round:
 *   the first of a group, and each other
 * @property {string} [profile] write CPU profiles into this folder
 *
 * @typedef {object} Line what a contender did in a row, round by round
 * @property {Row} row
 * @property {string} contender
 * @property {import('../rows/row.mjs').Result[]} rounds
 * @property {string} [error] why there are no more rounds
 */

/**
 * Measures the rows of a group in processes that they share, the contenders in turns: A B C A B C.
 * @type {(plan: Plan, rows: readonly Row[]) => Promise<Line[]>}
 */
export async function runGroup(plan, rows) {
  const { entrants, effort, rounds, roundsOnce, warmUpSeconds, profile } = plan;
  const players = await Promise.all(
    entrants
      .map((entrant) => ({
        entrant,
        lines: rows.filter((row) => playsIn(entrant, row)).map(lineOf(entrant)),
      }))
      .filter(({ lines }) => lines.length > 0)
      .map(async ({ entrant, lines }) => ({
        lines,
        team: await Team.start(entrant.file, {
          processes: Math.max(...rows.map(({ processes = 1 }) => processes)),
          nodeOptions: rows[0]?.nodeOptions ?? [],
        }),
      })),
  );
  const roundsOf = (/** @type {Row} */ row) => row.rounds ?? (row.once ? roundsOnce : rounds);
  try {
    if (warmUpSeconds)
      for (const row of rows)
        if (!row.once && row.rounds === undefined)
          await takeTurns(row, (team) => warmUp(team, row, warmUpSeconds[row === rows[0] ? 'group' : 'row']));
    for (let round = 0; round < Math.max(...rows.map(roundsOf)); round += 1)
      for (const row of rows) if (round < roundsOf(row)) await takeTurns(row, measure);
  } finally {
    await Promise.all(players.map(({ team }) => team.end()));
  }
  return players.flatMap(({ lines }) => lines);

  /** @type {(row: Row, turn: (team: Team, line: Line) => Promise<void>) => Promise<void>} */
  async function takeTurns(row, turn) {
    const turns = players.flatMap(({ lines, team }) => {
      const line = lines.find((one) => one.row === row && one.error === undefined);
      if (!line) return [];
      return async () => {
        await turn(team, line).catch((error) => (line.error = String(error)));
      };
    });
    if (row.together) await Promise.all(turns.map((take) => take()));
    else for (const take of turns) await take();
  }

  /** @type {(team: Team, line: Line) => Promise<void>} */
  async function measure(team, line) {
    const { id, processes } = line.row;
    const order = { row: id, effort, ...(profile === undefined ? {} : { profile }) };
    const results = await team.measure(order, processes);
    const [result] = results;
    if (!result) return;
    line.rounds.push(processes ? mergeProcesses(results) : result);
  }

  /**
   * It goes on, however few jobs a round may have, until the time is up. The group's first is a short one: nobody knows yet how
   * fast the contender is.
   * @type {(team: Team, row: Row, seconds: number) => Promise<void>}
   */
  async function warmUp(team, row, seconds) {
    const { id, processes, warmUpTimes = 1 } = row;
    const work = (/** @type {number} */ time) => {
      const mostJobs = Math.ceil(effort.mostJobs * Math.max(1, time / effort.seconds));
      return team.measure({ row: id, effort: { ...effort, seconds: time, mostJobs } }, processes);
    };
    if (row === rows[0] || processes !== undefined) await work(0);
    // What is left of a tenth is not worth starting everything once more.
    for (let left = warmUpTimes * seconds; left > seconds / 10;) {
      const [result] = await work(left);
      left -= result ? secondsOf(result) : left;
    }
  }
}

/** How long was measured; for ever where a row does not tell. */
const secondsOf = (/** @type {import('../rows/row.mjs').Result} */ { jobs, rate }) =>
  typeof jobs === 'number' && typeof rate === 'number' ? jobs / rate : Infinity;

const lineOf =
  (/** @type {Entrant} */ { contender }) =>
  (/** @type {Row} */ row) =>
    /** @type {Line} */ ({ row, contender: contender.name, rounds: [] });

const playsIn = (/** @type {Entrant} */ { contender }, /** @type {Row} */ row) =>
  (contender.groups?.includes(row.group) ?? true) && (row.takesPart?.(contender) ?? true);
