// @ts-check
import { availableParallelism, cpus } from 'node:os';

/** On what, and of what versions, the figures are. */
export function describeMachine(
  /** @type {readonly import('../run/find-contenders.mjs').Entrant[]} */ entrants,
) {
  const packages = new Map(entrants.map(({ contender, version }) => [contender.package, version]));
  const versions = [...packages].map(([name, version]) => `${name} ${version}`).join(', ');
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `Node ${process.versions.node}, ${availableParallelism()} cores (${processor}); ${versions}`;
}
