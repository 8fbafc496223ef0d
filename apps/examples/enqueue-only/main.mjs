import { once } from 'node:events';
import { createServer } from 'node:http';
// All that a web service needs: no worker, no plugins, no scheduler.
import { Queue } from '@reskue/queue';

const queue = new Queue({ connection: { url: process.env.REDIS_URL, namespace: 'enqueue-only' } });
await queue.connect();

const server = createServer(async (request, response) => {
  const name = new URL(request.url, 'http://localhost').searchParams.get('name');
  await queue.enqueue('mail', 'sendWelcome', [name]);
  response.writeHead(202).end();
});
await once(server.listen(0, '127.0.0.1'), 'listening');

const { port } = server.address();
for (const name of ['Ann', 'Bob']) {
  const { status } = await fetch(`http://127.0.0.1:${port}/users?name=${name}`, { method: 'POST' });
  console.log(`POST /users?name=${name}: ${status}`);
}

// Closes the connections that fetch keeps open, too.
server.closeAllConnections();
server.close();
console.log(`${await queue.length('mail')} jobs wait in mail:`);
for (const job of await queue.queued('mail', 0, -1)) console.log(`- ${job.class}(${job.args})`);
await queue.end();
