import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

const answerWithinMs = 5_000;

/** What a port for probes answers. Rejects when nobody does within 5 s. Not by `fetch`, which takes 100 ms to load. */
export async function askHealth(
  host: string,
  port: number,
  path: string,
): Promise<{ ok: boolean; text: string }> {
  const request = get({ host, port, path, signal: AbortSignal.timeout(answerWithinMs) });
  // What this event brings.
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return { ok: response.statusCode === 200, text: text.trimEnd() };
}
