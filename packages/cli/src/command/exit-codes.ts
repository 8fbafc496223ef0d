/** What the program ends with. 128+n means that signal n ended it (130: Ctrl-C, 143: SIGTERM). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  nothing: 3,
  partly: 4,
  unreachable: 5,
  refused: 6,
} as const;

/** As `--help` shows them. */
export const exitCodeLines = [
  ['0', 'done'],
  ['1', 'failed, or unhealthy'],
  ['2', 'the command line or the configuration is wrong'],
  ['3', 'nothing matched'],
  ['4', 'partly done'],
  ['5', 'Redis could not be reached'],
  ['6', 'refused: it needs --yes, or an answer'],
  ['128+n', 'ended by signal n (130: Ctrl-C, 143: SIGTERM)'],
] as const;
