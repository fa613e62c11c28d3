// A request to an identity provider, under the same guard as the fetch of a key set: no redirect is followed, size and
// time are capped, and the address that is connected to is a public one unless configuration says otherwise.
import { err, ok } from '../../kernel/result.ts';
import type { SendToIdp } from '../../people/idp-port.ts';
import { askServer } from './ask-server.ts';
import { guardedLookup, isRefusedLiteral } from './guarded-lookup.ts';

/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;

export const sendToIdp: SendToIdp = async (url, { privateNetwork, ...request }) => {
  if (isRefusedLiteral(url, privateNetwork)) return err('unreachable');
  let isConnected = false;
  const answer = await askServer(url, {
    ...request,
    lookup: guardedLookup(url, privateNetwork),
    maxBytes: MAX_RESPONSE_BYTES,
    readsBodyOf: () => true,
    onConnect: () => {
      isConnected = true;
    },
  });
  if (!answer.ok) return err(isConnected ? 'no-answer' : 'unreachable');
  const { status, headers, text } = answer.value;
  return text === undefined ? err('no-answer') : ok({ status, headers, body: text });
};
