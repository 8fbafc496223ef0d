/** What `reskue schedule -r schedules.mjs` enqueues again and again. */
export const schedules = {
  tidyUp: { cron: '30 3 * * *', timezone: 'Europe/Berlin', class: 'tidyUp', queue: 'mail', args: [] },
};
