const units: Record<string, number> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes of `512mb`, `1.5g`, `700000`; `undefined` for anything else. A kb has 1,024 bytes, an mb 1,024 kb. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(text.trim());
  if (!match) return undefined;
  const bytes = Number(match[1]) * (units[match[2]?.toLowerCase() ?? ''] ?? 1);
  return bytes > 0 ? Math.round(bytes) : undefined;
}
