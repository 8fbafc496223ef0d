// The jobs of docs/cli.md.
export const Mail = { perform: async (to) => `sent to ${to}` };

export const Add = {
  perform: async (one, other) => {
    if (typeof other !== 'number') throw new TypeError(`${JSON.stringify(other)} is no number`);
    return one + other;
  },
};
