import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ledger = openSync(join(process.env.LEDGER, `${process.pid}.log`), 'a');
/** One line is one write to a file opened for appending: it is there, whoever dies afterwards. */
const note = (what, id) => writeSync(ledger, `${Date.now()} ${what} ${id}\n`);

const kept = [];

export const jobs = {
  succeed: {
    perform: async (id, ms = 0) => {
      note('started', id);
      if (ms > 0) await sleep(ms);
      note('finished', id);
    },
  },
  fail: {
    perform: async (id) => {
      note('started', id);
      throw Object.assign(new Error(`${id} fails`), { code: 'E_BROKEN' });
    },
  },
  retried: {
    plugins: ['Retry'],
    pluginOptions: { Retry: { retryLimit: 5, retryDelay: 3_600_000 } },
    perform: async (id) => {
      throw new Error(`${id} fails for now`);
    },
  },
  /** Holds this much memory for as long as its process lives. */
  hoard: {
    perform: async (id, megabytes) => {
      note('started', id);
      kept.push(Buffer.alloc(megabytes * 2 ** 20, 1));
      note('finished', id);
    },
  },
  /** Leaves a timer behind that nobody stops. */
  litter: { perform: async () => void setInterval(() => {}, 1_000) },
  pid: { perform: async () => process.pid },
};
