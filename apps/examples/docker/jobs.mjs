import { setTimeout as sleep } from 'node:timers/promises';

/** The producer and the workers are one image, and know the same jobs. */
export const jobs = {
  resize: {
    perform: async (picture) => {
      await sleep(100);
      return `${picture} is smaller now`;
    },
  },
};

export const connection = { url: process.env.REDIS_URL, namespace: 'docker' };
