// @ts-check
import { mergeProcesses } from '../rows/processes.mjs';
import { Team } from './team.mjs';

/** @typedef {import('../rows/row.mjs').Row} Row */
/** @typedef {import('./find-contenders.mjs').Entrant} Entrant */

/**
 * What a contender did in a row, round by round.
 * @typedef {object} Line
 * @property {Row} row
 * @property {string} contender
 * @property {import('../rows/row.mjs').Result[]} rounds
 * @property {string} [error] why there are no more rounds
 */

/**
 * Measures every row with every contender that takes part, in turns: A B C A B C.
 *
 * @param {object} plan
 * @param {readonly Row[]} plan.rows
 * @param {readonly Entrant[]} plan.entrants
 * @param {import('../rows/row.mjs').Effort} plan.effort
 * @param {number} plan.rounds
 * @param {number} plan.roundsOnce of rows that hardly vary
 * @param {number} plan.warmUps
 * @param {boolean} [plan.isThorough] each row warms up for as long as it says
 * @param {string} [plan.profile] write CPU profiles into this folder
 * @param {(line: Line, round: number) => void} [plan.onRound]
 * @param {(lines: Line[]) => void} [plan.onRow] all about a row is known
 * @returns {Promise<Line[]>}
 */
export async function runBench(plan) {
  const groups = grouped(plan.rows);
  /** @type {Line[]} */
  const lines = [];
  for (const rows of groups) {
    const ofGroup = await runGroup(plan, rows);
    lines.push(...ofGroup);
    for (const row of rows) plan.onRow?.(ofGroup.filter((line) => line.row === row));
  }
  return lines;
}

/** @type {(plan: Parameters<typeof runBench>[0], rows: readonly Row[]) => Promise<Line[]>} */
async function runGroup(plan, rows) {
  const { entrants, effort, rounds, roundsOnce, warmUps, isThorough, profile } = plan;
  const [first] = rows;
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
          nodeOptions: first?.nodeOptions ?? [],
        }),
      })),
  );
  try {
    for (let round = -warmUps; round < Math.max(rounds, roundsOnce); round += 1) {
      for (const row of rows) {
        const last = row.rounds ?? (row.once ? roundsOnce : rounds);
        if (round >= last || (round < 0 && (row.once || row.rounds))) continue;
        const turns = players.flatMap(({ lines, team }) => {
          const line = lines.find((one) => one.row === row && one.error === undefined);
          return line ? [() => takeTurn(team, line, round)] : [];
        });
        if (row.together) await Promise.all(turns.map((turn) => turn()));
        else for (const turn of turns) await turn();
      }
    }
  } finally {
    await Promise.all(players.map(({ team }) => team.end()));
  }
  return players.flatMap(({ lines }) => lines);

  /** @type {(team: Team, line: Line, round: number) => Promise<void>} */
  async function takeTurn(team, line, round) {
    try {
      // The first warm-up is a short one: nobody knows yet how fast the contender is.
      const isFirst = round === -warmUps && warmUps > 0;
      const order = {
        row: line.row.id,
        effort: isFirst ? { ...effort, seconds: 0 } : effort,
        ...(profile === undefined ? {} : { profile }),
      };
      const results = await team.measure(order, line.row.processes);
      const [result] = results;
      if (isThorough && round < 0 && !isFirst && result)
        await warmUp(team, line.row, order, secondsOf(result));
      if (round < 0 || !result) return;
      line.rounds.push(line.row.processes ? mergeProcesses(results) : result);
      plan.onRound?.(line, round);
    } catch (error) {
      line.error = String(error);
    }
  }

  /**
   * A warm-up lasts as long as a round, however few jobs a round may have, or several times as long.
   * @type {(team: Team, row: Row, order: Parameters<Team['measure']>[0], spent: number) => Promise<void>}
   */
  async function warmUp(team, { processes, warmUpRounds = 1 }, order, spent) {
    if (processes !== undefined) return;
    for (let left = warmUpRounds * effort.seconds - spent; left > 0;) {
      const [result] = await team.measure(order);
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

/** Neighbours of one group, in their order. */
function grouped(/** @type {readonly Row[]} */ rows) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return [...groups.values()];
}
