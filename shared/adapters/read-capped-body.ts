// The body of an answer as text, as far as it is worth reading: nobody can fill the memory with one.
import type { IncomingMessage } from 'node:http';

/** Undefined when there is more; the rest is left unread, and the caller destroys the response. */
export async function readCappedBody(
  response: IncomingMessage,
  maxBytes: number,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
