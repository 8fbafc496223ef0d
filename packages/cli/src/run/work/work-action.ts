import type { CommandAction } from '../../command/command-spec.js';
import { createLog } from '../log/create-log.js';
import { readLogOptions } from '../log/log-options.js';
import { seatVariable } from '../supervisor/supervisor-messages.js';
import { readWorkPlan } from './work-plan.js';

export const run: CommandAction = async (context) => {
  const plan = readWorkPlan(context);
  // What jobs start is no part of the fleet.
  Reflect.deleteProperty(process.env, seatVariable);
  const log = createLog(readLogOptions(context));
  // A supervisor loads nothing of what works jobs.
  if (plan.processes > 0) return (await import('./supervise.js')).supervise(context, plan, log);
  return (await import('./work-here.js')).workHere(context, plan, log);
};
