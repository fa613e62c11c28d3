// A fault at an OpenID Provider → a failure that the person, the provider or the operator can mend. The provider's own words go
// to the operator's log and the audit row, made inert, and never to a page.
import * as openid from 'openid-client';
import * as z from 'zod';
import type { Failure } from '../../../shared/kernel/failure.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { providerError } from '../sign-on/provider-error.ts';
import { ClientSecretMissing } from './authenticate-client.ts';
import { unreachableFault } from './fetch-from-idp.ts';

/** The ID token's signature is not the provider's, or the provider's keys cannot be had. */
export class IdTokenRefused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** The metadata cannot be read at the moment. */
class IdpUnreadable extends Error {}

/** The provider and the connection do not fit together: trying again does not help. */
export class ProviderMismatch extends Error {
  readonly reason:
    | 'issuer-wrong'
    | 'id-token-issuer'
    | 'id-token-algorithm'
    | 'metadata-missing'
    | 'metadata-unreadable';
  /** The value of the provider that does not fit. */
  readonly found: string | undefined;

  constructor(reason: ProviderMismatch['reason'], found?: string) {
    super(reason);
    this.reason = reason;
    this.found = found;
  }
}

/** The provider did not take a pushed request (RFC 9126 section 2.3), which no person can change. Its cause says why. */
class RequestRefused extends Error {}

const WRONG_ISSUER = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
const NamedIssuer = z.object({ body: z.object({ issuer: z.string() }) });

/** A provider that is busy or slow answers 408 or 429. */
const isBusy = (status: number | undefined): boolean => status === 408 || status === 429;

/** Not found, moved or forbidden. */
const isAbsence = ({ status }: Response): boolean => status >= 300 && status < 500 && !isBusy(status);

/** A fault of discovery: the provider is wrong, or the access document is wrong about it. No person's answer was judged yet. */
export function discoveryFault(error: unknown): unknown {
  if (unreachableFault(error) !== undefined || error instanceof ProviderMismatch) return error;
  const { code, cause } = error instanceof openid.ClientError ? error : {};
  if (code === WRONG_ISSUER)
    return new ProviderMismatch('issuer-wrong', NamedIssuer.safeParse(cause).data?.body.issuer);
  if (!(cause instanceof Response) || cause.status === 200)
    return new ProviderMismatch('metadata-unreadable');
  return isAbsence(cause) ? new ProviderMismatch('metadata-missing') : new IdpUnreadable();
}

/** A fault of a pushed request, before a person was sent anywhere. */
export function pushFault(error: unknown): unknown {
  if (unreachableFault(error) !== undefined) return error;
  const answer = error instanceof openid.ClientError ? error.cause : error;
  const isAnswer = answer instanceof Response || answer instanceof openid.ResponseBodyError;
  return isAnswer && isBusy(answer.status)
    ? new IdpUnreadable()
    : new RequestRefused('request refused', { cause: error });
}

/** What failed a check of openid-client: its error has that of oauth4webapi as its cause, and that has the values. */
const comparedBy = ({ cause }: openid.ClientError): unknown => (cause instanceof Error ? cause.cause : cause);

const WrongClaim = z.object({ claim: z.literal('iss'), claims: z.object({ iss: z.string() }) });
const WrongAlgorithm = z.object({ header: z.object({ alg: z.string().regex(/^HS\d{3}$/) }) });

/**
 * The ID token is of another issuer, or signed with HMAC. Stint takes no HMAC: the key is the client secret (OpenID Connect Core
 * section 10.1), so each reader of the secret could sign as the provider, and Stint's own copy would do.
 */
function idTokenMismatch(error: unknown): ProviderMismatch | undefined {
  if (!(error instanceof openid.ClientError)) return undefined;
  const issuer = WrongClaim.safeParse(comparedBy(error)).data?.claims.iss;
  if (issuer !== undefined) return new ProviderMismatch('id-token-issuer', issuer);
  const algorithm = WrongAlgorithm.safeParse(comparedBy(error)).data?.header.alg;
  return algorithm === undefined ? undefined : new ProviderMismatch('id-token-algorithm', algorithm);
}

/** RFC 6749 section 5.2: the provider refused Stint, whose secret is wrong or expired. No person can sign on until it is right. */
function isClientRefused(error: unknown): boolean {
  if (error instanceof openid.WWWAuthenticateChallengeError) return true;
  if (!(error instanceof openid.ResponseBodyError)) return false;
  return error.error === 'invalid_client' || error.error === 'unauthorized_client';
}

const ErrorBody = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

/** The provider's answer, if the library has not read it. */
async function bodyOf({ response }: openid.WWWAuthenticateChallengeError): Promise<unknown> {
  try {
    return response.bodyUsed ? undefined : await response.json();
  } catch {
    return undefined; // no JSON
  }
}

async function saidBy(error: unknown, secrets: readonly string[]) {
  const source = error instanceof openid.WWWAuthenticateChallengeError ? await bodyOf(error) : error;
  const { error: code, error_description } = ErrorBody.safeParse(source).data ?? {};
  const said = providerError([code, error_description], secrets);
  return said === undefined ? {} : { providerError: said };
}

/** Without the provider's keys the signature cannot be judged: the token may be sent again. */
const signatureFailure = ({ code, reason }: Failure, refused: SignOnFailure): SignOnFailure =>
  code === 'keys_unavailable'
    ? { code: 'idp_unavailable', reason: 'idp-unreachable' }
    : { ...refused, cause: reason };

export const logoutFailureOf = (failure: Failure): SignOnFailure =>
  signatureFailure(failure, { code: 'logout_refused', reason: 'logout-token-refused' });

function mismatchFailure(
  { reason, found }: ProviderMismatch,
  connection: string,
  secrets: readonly string[],
) {
  const said = providerError([found], secrets);
  return {
    code: 'sign_on_misconfigured',
    reason,
    cause: connection,
    ...(said && { providerError: said }),
  } as const;
}

/** A certificate and an address do not become good by waiting. */
function unreachableFailure(fault: string, connection: string): SignOnFailure {
  if (fault === 'tls') return { code: 'sign_on_misconfigured', reason: 'idp-tls', cause: connection };
  if (fault === 'address-refused' || fault === 'endpoint')
    return { code: 'sign_on_misconfigured', reason: 'idp-address', cause: connection };
  return { code: 'idp_unavailable', reason: 'idp-unreachable', cause: fault };
}

/** For the operator: openid-client's name of the check, and the claim that failed it. */
function causeOf(error: unknown): { readonly cause?: string } {
  if (!(error instanceof openid.ClientError) || error.code === undefined) return {};
  const claim = z.object({ claim: z.string().regex(/^[a-z_]{2,20}$/) }).safeParse(comparedBy(error))
    .data?.claim;
  return { cause: claim === undefined ? error.code : `${error.code} ${claim}` };
}

/** `secrets`: the values that the provider was sent and may repeat; they are removed from its words. */
export async function failureOf(
  error: unknown,
  { id }: OidcConnection,
  secrets: readonly string[],
): Promise<SignOnFailure> {
  if (error instanceof ClientSecretMissing)
    return { code: 'sign_on_misconfigured', reason: 'client-secret-missing', cause: id };
  const mismatch = error instanceof ProviderMismatch ? error : idTokenMismatch(error);
  if (mismatch) return mismatchFailure(mismatch, id, secrets);
  const refusal = error instanceof RequestRefused ? error.cause : error;
  if (isClientRefused(refusal)) {
    const said = await saidBy(refusal, secrets);
    return { code: 'sign_on_misconfigured', reason: 'client-authentication-refused', cause: id, ...said };
  }
  if (error instanceof RequestRefused) {
    const said = await saidBy(error.cause, secrets);
    return { code: 'sign_on_misconfigured', reason: 'request-refused', cause: id, ...said };
  }
  if (error instanceof IdTokenRefused)
    return signatureFailure(error.failure, { code: 'sign_on_refused', reason: 'answer-refused' });
  if (error instanceof IdpUnreadable) return { code: 'idp_unavailable', reason: 'idp-unreadable' };
  const unreachable = unreachableFault(error);
  if (unreachable !== undefined) return unreachableFailure(unreachable, id);
  if (error instanceof openid.AuthorizationResponseError)
    return { code: 'sign_on_refused', reason: 'idp-error', ...(await saidBy(error, secrets)) };
  if (error instanceof openid.ResponseBodyError)
    return { code: 'sign_on_refused', reason: 'code-refused', ...(await saidBy(error, secrets)) };
  return { code: 'sign_on_refused', reason: 'answer-refused', ...causeOf(error) };
}
