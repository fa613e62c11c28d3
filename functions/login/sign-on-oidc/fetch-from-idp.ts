// Requests to an identity provider: to endpoints that Stint may talk to, without redirects, and never more than it can
// hold. What goes wrong on the way has one name, so that a page can say that the provider is down.
import type { CustomFetch } from 'openid-client';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import type { SendToIdp } from '../../../shared/people/send-to-idp.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';

/** A person waits, and a second request may follow. */
const IDP_DEADLINE_MS = 5_000;
const SERVER_ERROR = 500;

class IdpUnreachable extends Error {
  override readonly name = 'IdpUnreachable';
}

export function isUnreachable(error: unknown): boolean {
  if (error instanceof IdpUnreachable) return true;
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}

type Body = Parameters<CustomFetch>[1]['body'];

/** openid-client sends forms and nothing else. */
function textOf(body: Body): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body);
  throw new Error('a body of another kind');
}

export const fetchFromIdp =
  (send: SendToIdp, { privateNetwork }: Pick<OidcConnection, 'privateNetwork'>): CustomFetch =>
  async (url, { method, headers, body }) => {
    // The address may come from the provider's own metadata: it is held to the same rule as the configured ones.
    if (!isEndpointUrl(url)) throw new IdpUnreachable('endpoint');
    const request = { method, headers, body: textOf(body), privateNetwork, deadlineMs: IDP_DEADLINE_MS };
    const answer = await send(new URL(url), request);
    if (!answer.ok) throw new IdpUnreachable(answer.error);
    const { status, headers: answered, body: text } = answer.value;
    if (status >= SERVER_ERROR) throw new IdpUnreachable('status');
    return new Response(text === '' ? null : text, { status, headers: answered });
  };
