import {
  addMembers,
  bucketSecond,
  encodingCandidates,
  enqueueDelayed,
  isMock,
  ReskueError,
} from '@reskue/core/protocol';
import { enqueueJob } from '../enqueue/enqueue-job.js';
import { checkArgs, type JobCall } from '../enqueue/job-call.js';
import { membersOfDelayed } from '../enqueue/payload-of.js';
import { delayPlainly } from '../enqueue/store-plainly.js';
import type { QueueContext } from '../queue-context.js';

/**
 * Delays a job until an epoch ms, unless the same job is delayed for the same second already (in whatever neighbour's
 * encoding). Hooks run when it is promoted. In dialect `ruby` a job that is due goes straight to its queue, as in Ruby.
 * @throws RESKUE_JOB_DUPLICATE, unless `suppressed`; then it resolves with undefined
 */
export async function delayJob(
  context: QueueContext,
  call: JobCall,
  dueMs: number,
  suppressed: boolean,
): Promise<boolean | undefined> {
  const { dialect } = context.connection;
  if (dialect === 'ruby' && dueMs <= Date.now()) return enqueueJob(context, call);
  await checkArgs(call);
  const [plain = '', ...others] = encodingCandidates(call.queue, call.name, call.args, dialect);
  const payload = addMembers(plain, membersOfDelayed(context, call, dueMs));
  const second = bucketSecond(dialect, dueMs);
  const status = await delay(context, { payload, others, second, dueMs });
  if (status !== 'duplicate') return true;
  if (suppressed) return undefined;
  throw new ReskueError('RESKUE_JOB_DUPLICATE', 'Job already enqueued at this time with same arguments');
}

interface Delayed {
  payload: string;
  /** The same job as others write it. */
  others: readonly string[];
  second: number;
  dueMs: number;
}

async function delay({ connection, producer }: QueueContext, job: Delayed): Promise<'delayed' | 'duplicate'> {
  const { keys } = connection;
  const { payload, second, dueMs } = job;
  if (isMock(connection.client)) return delayPlainly(connection, payload, second);
  const reply = await producer.send(({ producer: ring, ...numbers }) =>
    connection.run(
      enqueueDelayed,
      {
        bucket: keys.bucket(second),
        timestamps: keys.timestamps(payload),
        schedule: keys.schedule,
        due: keys.due,
        dueWake: keys.dueWake,
        producer: ring,
      },
      { payload, second, dueMs, ...numbers },
      { keys: job.others.map((text) => keys.timestamps(text)) },
    ),
  );
  return reply !== 'stored' && reply.status === 'duplicate' ? 'duplicate' : 'delayed';
}
