import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import type { HealthReport, HealthSource } from './health-source.js';

export interface HealthAddress {
  port: number;
  /** @default all addresses: a probe comes from outside of the container */
  host?: string | undefined;
}

/**
 * Answers `/healthz`, `/readyz` and `/metrics`. Gives a function that stops it.
 * @throws CommandStop (usage): the port is taken or not allowed
 */
export async function serveHealth(
  source: HealthSource,
  { port, host }: HealthAddress,
): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(source, request.url ?? '/', response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, { ok: false, error: String(error) });
    });
  });
  server.listen({ port, host });
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandStop(exitCodes.usage, `--health-port ${port}: ${why}`, { cause: error });
  }
  return async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, 'close');
  };
}

async function answer(source: HealthSource, url: string, response: ServerResponse): Promise<void> {
  const path = url.split('?', 1)[0];
  if (path === '/healthz') return report(response, source.live());
  if (path === '/readyz') return report(response, await source.ready());
  if (path === '/metrics') {
    const metrics = await source.metrics();
    if (!metrics) return send(response, 404, { error: 'install @reskue/metrics and prom-client' });
    response.writeHead(200, { 'content-type': metrics.contentType }).end(metrics.text);
    return;
  }
  send(response, 404, { error: 'there are /healthz, /readyz and /metrics' });
}

const report = (response: ServerResponse, health: HealthReport): void =>
  send(response, health.ok ? 200 : 503, health);

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
