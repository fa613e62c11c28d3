// What vend is in the terms of OAuth, for clients that configure themselves: an authorization server whose only endpoint exchanges
// tokens (RFC 8414), and a protected resource (RFC 9728). Anyone may read it. It does not list the issuers whose tokens are taken:
// those are the access document's.
import { DPOP_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import { TOKEN_EXCHANGE, TOKEN_PATH } from './token-wire.ts';

type DescribeServer = (publicUrl: string) => Readonly<Record<string, unknown>>;

/** An issuer and a resource are compared as text, so that a slash at the end would make another. */
const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** RFC 8414 section 2. There is no authorization endpoint, and so no response type, though the member is required. */
const describeAuthorizationServer: DescribeServer = (publicUrl) => ({
  issuer: withoutSlash(publicUrl),
  token_endpoint: `${withoutSlash(publicUrl)}${TOKEN_PATH}`,
  token_endpoint_auth_methods_supported: ['none'],
  grant_types_supported: [TOKEN_EXCHANGE],
  response_types_supported: [],
});

/** RFC 9728 section 2. The endpoints under /v1 take a token in the header, or bound to a key by DPoP. */
const describeProtectedResource: DescribeServer = (publicUrl) => ({
  resource: withoutSlash(publicUrl),
  resource_name: 'Stint',
  bearer_methods_supported: ['header'],
  dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
});

export const OAUTH_METADATA: Readonly<Record<`/.well-known/${string}`, DescribeServer>> = {
  '/.well-known/oauth-authorization-server': describeAuthorizationServer,
  '/.well-known/oauth-protected-resource': describeProtectedResource,
};
