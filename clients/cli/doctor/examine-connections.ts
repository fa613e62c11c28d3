// Whether each OpenID Provider at which people sign in is what the access document says of it: the look that login takes at a
// sign-in, before anybody signs in.
import * as z from 'zod';
import { fetchJson } from '../../../shared/adapters/http/guarded-fetch.ts';
import type { CheckFinding } from '../../../shared/checks/finding.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { Connection } from '../../../shared/rules/sign-on/sign-on.ts';

const Metadata = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  pushed_authorization_request_endpoint: z.string().optional(),
  grant_types_supported: z.array(z.string()).optional(),
});
type Metadata = z.infer<typeof Metadata>;

/** That there is no answer may be this machine's fault: the provider may be in the private network of the functions. */
const SILENT: ReadonlySet<string> = new Set(['unreachable', 'deadline', 'address-refused']);

const FAULTS: Readonly<Record<string, string>> = {
  tls: 'its certificate is not accepted, or it speaks no TLS',
  status: 'there are no metadata at the issuer’s address',
  'not-json': 'its metadata are no JSON',
  'too-large': 'its metadata are too long',
  unreadable: 'its metadata cannot be decompressed',
};

export async function examineConnections(
  connections: readonly Connection[],
): Promise<readonly CheckFinding[]> {
  const findings = connections.map((one) => (one.kind === 'oidc' ? examineProvider(one) : []));
  return (await Promise.all(findings)).flat();
}

async function examineProvider(connection: OidcConnection): Promise<readonly CheckFinding[]> {
  const { id, issuer, privateNetwork } = connection;
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const answer = await fetchJson(url, { privateNetwork });
  if (!answer.ok)
    return SILENT.has(answer.error)
      ? [{ name: 'connection-silent', subject: id, detail: `${url.href}: ${answer.error}` }]
      : [{ name: 'connection-wrong', subject: id, detail: FAULTS[answer.error] ?? answer.error }];
  const metadata = Metadata.safeParse(answer.value).data;
  const faults = metadata ? faultsOf(metadata, connection) : ['its metadata name no issuer or no keys'];
  return faults.map((detail) => ({ name: 'connection-wrong', subject: id, detail }));
}

/** As oidc-client.ts of login judges them; and what a recheck needs. */
function faultsOf(
  metadata: Metadata,
  { issuer, pushedRequests, recheck }: OidcConnection,
): readonly string[] {
  const offered = metadata.id_token_signing_alg_values_supported;
  const isSigned = offered?.some((name) => SIGNATURE_ALGORITHMS.some((one) => one === name)) ?? true;
  const isPushed = pushedRequests ?? metadata.require_pushed_authorization_requests ?? false;
  const refreshes = metadata.grant_types_supported?.includes('refresh_token') ?? true;
  return [
    ...(metadata.issuer === issuer ? [] : [`its metadata name the issuer ${metadata.issuer}`]),
    ...(isSigned ? [] : [`it signs ID tokens with ${offered?.join(', ')} alone, and Stint takes no HMAC`]),
    ...(isPushed && metadata.pushed_authorization_request_endpoint === undefined
      ? ['requests are to be pushed, and it names no endpoint for that']
      : []),
    ...(recheck && !refreshes ? ['people are to be rechecked, and it gives no refresh tokens'] : []),
  ];
}
