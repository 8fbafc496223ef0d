import { connect } from 'node:net';

/** Sends inline commands over the socket and gives the first line of the answer, '' if there is none. */
export const ask = (socket: string, commands: string, timeoutMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const client = connect(socket, () => client.write(commands));
    client.setTimeout(timeoutMs, () => client.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    client.setEncoding('utf8');
    client.on('data', (text: string) => {
      answer += text;
      if (answer.includes('\n')) client.destroy();
    });
    client.on('error', reject);
    client.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
  });
