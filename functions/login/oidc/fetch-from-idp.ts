// Requests to an identity provider: to endpoints that Stint may talk to, without redirects, and never more than it can
// hold. What goes wrong on the way has one name, so that a page can say that the provider is down.
import type { CustomFetch } from 'openid-client';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';

/** A person waits, and a second request may follow. openid-client takes seconds. */
export const IDP_DEADLINE_SECONDS = 5;
/** A key set of 50 RSA keys with certificates is under 200 KB. */
const MAX_RESPONSE_BYTES = 262_144;
const SERVER_ERROR = 500;

class IdpUnreachable extends Error {
  override readonly name = 'IdpUnreachable';
}

export function isUnreachable(error: unknown): boolean {
  if (error instanceof IdpUnreachable) return true;
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}

async function readCapped(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new IdpUnreachable('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const fetchFromIdp: CustomFetch = async (url, { body, ...options }) => {
  // The address may come from the provider's own metadata: it is held to the same rule as the configured ones.
  if (!isEndpointUrl(url)) throw new IdpUnreachable('endpoint');
  try {
    const response = await fetch(url, {
      ...options,
      // Vendor boundary: openid-client does not say that its bytes are in a buffer of their own.
      ...(body === undefined || body === null ? {} : { body: body as BodyInit }),
    });
    if (response.status >= SERVER_ERROR) throw new IdpUnreachable('status');
    const { status, headers } = response;
    const bytes = await readCapped(response);
    return new Response(bytes.length === 0 ? null : bytes, { status, headers });
  } catch (error) {
    throw error instanceof IdpUnreachable ? error : new IdpUnreachable('network', { cause: error });
  }
};
