// Loaded before everything else: the clock of this process is CLOCK_SHIFT_MS off.
const shift = Number(process.env.CLOCK_SHIFT_MS);
const TrueDate = Date;
globalThis.Date = class extends TrueDate {
  constructor(...given) {
    super(...(given.length === 0 ? [TrueDate.now() + shift] : given));
  }
  static now() {
    return TrueDate.now() + shift;
  }
};
