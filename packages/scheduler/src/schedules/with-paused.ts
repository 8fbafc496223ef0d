import { rawMember } from '@reskue/core/protocol';

/**
 * A schedule's text with or without `"paused":true`; the other members keep their bytes, so that what Ruby wrote (`1.0`)
 * stays as it is.
 */
export function withPaused(config: string, paused: boolean): string {
  if ((rawMember(config, 'paused') === 'true') === paused) return config;
  const text = config.trimEnd();
  if (paused) return `${text.slice(0, -1)}${/^\{\s*\}$/.test(text) ? '' : ','}"paused":true}`;
  // Where we put it; elsewhere it is said once more, and the last word counts.
  const plain = text.replace(/,"paused":true\}$/, '}');
  return rawMember(plain, 'paused') === 'true' ? `${plain.slice(0, -1)},"paused":false}` : plain;
}
