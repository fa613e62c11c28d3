// Sends an answer, or does to it what the fault plan wants: the last step before the network.
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OtsResponse } from './handle-request.ts';

/** No protobuf message starts with field number 0. */
const GARBAGE = Buffer.from([0x07, 0xff, 0xff, 0xff, 0xff]);

export async function deliverResponse(
  response: OtsResponse,
  carrier: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  switch (response.fault?.kind) {
    case 'hang':
      return;
    case 'lost-before-commit':
    case 'lost-after-commit':
      carrier.destroy();
      return;
    case 'cut-body':
      sendCut(response, carrier);
      return;
    case 'garbage':
      send({ ...response, body: GARBAGE }, carrier);
      return;
    case 'slow':
      await delay(response.fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
      send(response, carrier);
      return;
    default:
      send(response, carrier);
  }
}

function send({ status, headers, body }: OtsResponse, carrier: ServerResponse): void {
  carrier.writeHead(status, { ...headers, 'content-length': body.length });
  carrier.end(body);
}

/** Promises one byte more than it sends, then drops the connection. */
function sendCut({ status, headers, body }: OtsResponse, carrier: ServerResponse): void {
  carrier.writeHead(status, { ...headers, 'content-length': body.length + 1 });
  carrier.write(body, () => carrier.destroy());
}
