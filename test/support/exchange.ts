// Bytes on the wire, and what a server writes back to them.
import { connect } from 'node:net';

/** To the end: the request has to say `Connection: close`. */
export async function exchange(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => undefined); // the server may close first
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
    socket.write(Buffer.from(sent, 'latin1'));
  });
}
