import { setTimeout as sleep } from 'node:timers/promises';

/** What `reskue work -r jobs.mjs` works. */
export const jobs = {
  sendMail: {
    perform: async (address) => {
      await sleep(20);
      return `sent to ${address}`;
    },
  },
  tidyUp: { perform: async () => 'tidy' },
};
