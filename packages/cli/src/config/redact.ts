/** Passwords that were read from anywhere; they are struck out of every text that leaves the program. */
const secrets = new Set<string>();

export function keepSecret(secret: string | undefined): void {
  if (secret !== undefined && secret.length > 0) secrets.add(secret);
}

// Up to the last @, as URLs are read.
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)([^\s/@:]*):(\S*)@/gi;

/** The text without passwords: those in URLs, and every one that was read. */
export function redact(text: string): string {
  let clean = text.replace(LOGIN, '$1$2:***@');
  for (const secret of secrets) {
    // A password of a letter or two would strike out half of what is said.
    if (secret.length > 3) clean = clean.replaceAll(secret, '***');
  }
  return clean;
}

/** Takes a password on the command line out of what `ps` shows. */
export function hideArguments(argv: readonly string[]): void {
  const shown = argv.map(redact);
  if (shown.some((text, index) => text !== argv[index])) process.title = ['reskue', ...shown].join(' ');
}
