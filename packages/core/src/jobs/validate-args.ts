import { ReskueError } from '../errors/reskue-error.js';
import type { Job } from './job.js';
import type { SchemaIssue, StandardSchema } from './standard-schema.js';

/**
 * Runs the schema of a job, if it has one, and gives the args as the schema gives them back (`args` itself without one).
 * A queue checks with it and enqueues what it was given; a worker performs what comes out.
 * @throws RESKUE_ARGS_INVALID, naming the class and each place
 */
export async function validateArgs(
  job: Pick<Job, 'args'> | undefined,
  name: string,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  const schema: StandardSchema | undefined = job?.args;
  if (schema === undefined) return args;
  const result = await schema['~standard'].validate(args);
  if (result.issues !== undefined) {
    throw new ReskueError(
      'RESKUE_ARGS_INVALID',
      `Arguments of "${name}" are invalid: ${result.issues.map(describe).join('; ')}`,
    );
  }
  const output: unknown = result.value;
  // An array of unknown values; isArray gives any[].
  return Array.isArray(output) ? (output as unknown[]) : [output];
}

function describe({ message, path }: SchemaIssue): string {
  const keys = (path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
  return `args${keys.map((key) => `[${typeof key === 'number' ? key : JSON.stringify(String(key))}]`).join('')}: ${message}`;
}
