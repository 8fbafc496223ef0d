import { relative } from 'node:path';
import { pluginClass, type Jobs } from '@reskue/core/protocol';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { loadModule } from '../../config/load-module.js';
import { findModule } from './find-module.js';
import { jobsOfModule, strayMembers, type ModuleContents } from './jobs-of-module.js';

const wrong = (message: string, cause?: unknown): CommandStop =>
  new CommandStop(exitCodes.usage, message, { cause });

/**
 * The jobs and schedules of some modules, merged.
 * @throws CommandStop (usage): a file is missing, throws, has neither jobs nor schedules, defines what another one has, or names a
 * plugin that nobody registered
 */
export async function loadJobs(paths: readonly string[], cwd = process.cwd()): Promise<ModuleContents> {
  // So that `plugins: ["Retry"]` finds the built-in ones.
  await import('@reskue/plugins');
  const all: ModuleContents = { jobs: {}, schedules: undefined };
  const homes = new Map<string, string>();
  const move = (kind: string, names: readonly string[], path: string): void => {
    for (const name of names) {
      const home = homes.get(`${kind} "${name}"`);
      if (home !== undefined)
        throw wrong(`${kind} "${name}" is in ${home} and in ${path}: rename or remove one`);
      homes.set(`${kind} "${name}"`, path);
    }
  };
  for (const path of paths) {
    const { jobs, schedules } = await loadOne(path, cwd);
    move('job', Object.keys(jobs), path);
    checkPlugins(jobs, path);
    Object.assign(all.jobs, jobs);
    if (schedules === undefined) continue;
    move('schedule', Object.keys(schedules), path);
    all.schedules = { ...all.schedules, ...schedules };
  }
  return all;
}

async function loadOne(path: string, cwd: string): Promise<ModuleContents> {
  const file = findModule(path, cwd);
  if (file === undefined) throw wrong(`no file ${path} in ${cwd}, and no installed package of that name`);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await loadModule(file);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw wrong(`${relative(cwd, file)} could not be loaded: ${what}`, error);
  }
  const contents = jobsOfModule(module);
  if (Object.keys(contents.jobs).length > 0 || contents.schedules) return contents;
  const strays = strayMembers(module.default);
  if (strays.length > 0)
    throw wrong(
      `${relative(cwd, file)}: ${strays.join(', ')} of its default export is no job: a function, or { perform }`,
    );
  const names = Object.keys(module).filter((name) => name !== 'module.exports');
  const exported = names.length > 0 ? `it exports ${names.join(', ')}` : 'it exports nothing';
  throw wrong(
    `${relative(cwd, file)} has no jobs (${exported}): export default { name: { perform: async (...args) => ... } }`,
  );
}

function checkPlugins(jobs: Jobs, path: string): void {
  for (const [name, { plugins = [] }] of Object.entries(jobs)) {
    for (const plugin of plugins) {
      try {
        pluginClass(plugin);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw wrong(`job "${name}" in ${path}: ${why}`, error);
      }
    }
  }
}

/**
 * The same for whoever cannot do without jobs.
 * @throws CommandStop (usage)
 */
export async function loadSomeJobs(paths: readonly string[]): Promise<ModuleContents> {
  const contents = await loadJobs(paths);
  if (Object.keys(contents.jobs).length === 0) throw wrong(`no jobs in ${paths.join(', ')}, only schedules`);
  return contents;
}
