// What an answer of vend says, checked against the shapes that are published.
import { CredentialsResponse } from '../../functions/vend/response-schemas.ts';
import type { Exchange } from './world.ts';

export function granted({ status, text }: Exchange) {
  if (status !== 200) throw new Error(`not granted: ${status} ${text}`);
  return CredentialsResponse.parse(JSON.parse(text));
}

/** Two refusals that say the same are the same text, but for the request's own id. */
export const withoutRequestId = ({ text, requestId }: Exchange): string => text.replace(requestId, '');
