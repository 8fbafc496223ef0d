/**
 * The answer of a hook that had nothing to wait for: a promise, as node-resque's hooks give, and one that whoever runs hooks
 * knows and need not wait for.
 */
export const goOn: Promise<boolean> = Promise.resolve(true);
