import { once } from 'node:events';
import { connect } from 'node:net';

/** For tests: a connection to `address` for bytes of any kind. It stays half open when the other side ends it. */
export async function openRaw(address: string) {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  // A reset is an end as well.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()));
  await once(socket, 'connect');
  return {
    socket,
    /** All that has come back, from when the other side ended the connection. */
    async answer(): Promise<string> {
      await ended;
      socket.destroy();
      return text;
    },
  };
}

/** For tests: sends bytes, and gives all that came back until the other side closed. */
export async function sendRaw(address: string, bytes: string): Promise<string> {
  const { socket, answer } = await openRaw(address);
  socket.write(bytes);
  return answer();
}

/** For tests: the statuses of the answers in what came back, and their request ids. */
export const answersIn = (text: string) => ({
  statuses: [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((match) => Number(match[1])),
  requestIds: [...text.matchAll(/^x-request-id: (\S+)/gim)].map((match) => match[1] as string),
});
