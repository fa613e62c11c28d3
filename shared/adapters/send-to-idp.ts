// A request to an identity provider, under the same guard as the fetch of a key set: no redirect is followed, size and
// time are capped, and the address that is connected to is a public one unless configuration says otherwise.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { err, ok } from '../kernel/result.ts';
import type { IdpRequest, SendToIdp } from '../people/send-to-idp.ts';
import { guardedLookup, isRefusedLiteral } from './guarded-lookup.ts';
import { readCappedBody } from './read-capped-body.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;

function open(
  url: URL,
  { method, headers, body, privateNetwork, signal }: IdpRequest,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const lookup = guardedLookup(url, privateNetwork);
  return new Promise((respond, reject) => {
    // A shared agent could hand over a connection to this host that was opened without the guard.
    const options = { method, headers, lookup, agent: false, ...(signal ? { signal } : {}) };
    request(url, options, respond).on('error', reject).end(body);
  });
}

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

export const sendToIdp: SendToIdp = async (url, request) => {
  if (isRefusedLiteral(url, request.privateNetwork)) return err('unreachable');
  try {
    const response = await open(url, request);
    const body = await readCappedBody(response, MAX_RESPONSE_BYTES);
    if (body === undefined) response.destroy();
    return body === undefined
      ? err('unreachable')
      : ok({ status: response.statusCode ?? 0, headers: headersOf(response), body });
  } catch {
    return err('unreachable'); // whatever node:http and the lookup throw
  }
};
