// @ts-check
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * @typedef {object} Entrant
 * @property {import('../contender.mjs').Contender} contender
 * @property {string} file
 * @property {string} version of its package
 */

export const defaultPeers = [
  'reskue',
  'reskue-claim-ahead-0',
  'node-resque',
  'bullmq',
  'bee-queue',
  'raw',
  'raw-batch',
];

/** Loads contenders by the names of their files in `contenders/`, or by paths. */
export async function findContenders(/** @type {readonly string[]} */ names) {
  /** @type {Entrant[]} */
  const entrants = [];
  // One after another: they import each other.
  for (const name of names) entrants.push(await find(name));
  return entrants;
}

/** @returns {Promise<Entrant>} */
async function find(/** @type {string} */ name) {
  const isPath = /[./\\]/.test(name);
  const file = isPath ? resolve(name) : fileURLToPath(new URL(`../contenders/${name}.mjs`, import.meta.url));
  /** @type {{ contender: import('../contender.mjs').Contender }} */
  const { contender } = await import(pathToFileURL(file).href);
  return { contender, file, version: versionOf(contender.package) };
}

function versionOf(/** @type {string} */ name) {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  try {
    return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
  } catch {
    return '?';
  }
}
