// A described caller → the principal that a proof with the same content would give. Claims are read as those of a proof are,
// but nothing is proved. The result is for explanations and policy tests; credentials must never be vended to it.
import type { DescribedCaller } from '../../identity/described-caller.ts';
import { isName } from '../../identity/is-name.ts';
import { readNumericDate } from '../../identity/judge-claims.ts';
import type { Claims, Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Provider } from '../../rules/document/provider.ts';
import type { AliyunProvider } from '../../rules/providers/aliyun.ts';
import type { AssertionProvider } from '../../rules/providers/assertion.ts';
import type { CertificateProvider } from '../../rules/providers/certificate.ts';
import { splitSubject } from '../../rules/providers/composed-subject.ts';
import {
  composedOf,
  groupsClaim,
  hasGroups,
  type OidcProvider,
  subjectClaim,
} from '../../rules/providers/oidc.ts';
import type { GrantCondition } from '../../rules/values/grant-condition.ts';
import { isTrusted, parseSubject } from '../../rules/values/ram-member.ts';
import { aliyunPrincipal, CALLER_IDS } from './aliyun/aliyun-principal.ts';
import { assertionPrincipal } from './assertion/authenticate-assertion.ts';
import { certificatePrincipal } from './certificate/certificate-principal.ts';
import { nameCaller, principalNamed } from './oidc/identify-principal.ts';
import { openProviderCondition } from './oidc/provider-condition.ts';

type Simulated = Result<Principal, Failure>;

/** In place of the hash of a proof. */
const NO_PROOF = '';

/**
 * `condition`: of the provider, see openConditionOf. Fails with `invalid_token` where no proof of the provider could name this
 * subject, or give it these groups.
 */
export function simulatePrincipal(
  described: DescribedCaller,
  provider: Provider,
  condition?: GrantCondition,
): Simulated {
  const principal = simulateOfKind(described, provider, condition);
  if (!principal.ok) return principal;
  // Only an OIDC token says how the caller signed in.
  const mfa = provider.kind === 'oidc' && (described.mfa ?? principal.value.mfa);
  return ok({ ...principal.value, mfa, ...(described.dpop ? { boundKey: 'described' } : {}) });
}

/** The condition of a provider of any kind; undefined for a provider without one. */
export const openConditionOf = async (provider: Provider): Promise<GrantCondition | undefined> =>
  provider.kind === 'oidc' ? openProviderCondition(provider) : undefined;

function simulateOfKind(
  described: DescribedCaller,
  provider: Provider,
  condition: GrantCondition | undefined,
): Simulated {
  switch (provider.kind) {
    case 'oidc':
      return simulateOidc(described, provider, condition);
    case 'assertion':
      return simulateAssertion(described, provider);
    case 'certificate':
      return simulateCertificate(described, provider);
    case 'aliyun':
      return simulateAliyun(described, provider);
  }
}

const refuse = (reason: 'subject-unusable' | 'groups-unusable') =>
  err({ code: 'invalid_token', reason } as const);

const withClaim = (claims: Claims, name: string | undefined, value: unknown): Claims =>
  name === undefined || value === undefined ? claims : { ...claims, [name]: value };

/** The claims that name this subject, as far as they are known; undefined when no token could name it. */
function claimsOfSubject(subject: string, provider: OidcProvider): Claims | undefined {
  const names = composedOf(provider);
  if (!names) return withClaim({}, subjectClaim(provider), subject);
  const values = splitSubject(subject, names.length);
  return values && Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/**
 * `subject` and `groups` of the description stand for the claims that would hold them. The subject is taken as it is, because
 * the description may lack other claims from which a preset makes the subject.
 */
function simulateOidc(
  { subject, claims, groups }: DescribedCaller,
  provider: OidcProvider,
  condition: GrantCondition | undefined,
): Simulated {
  if (groups && !hasGroups(provider)) return refuse('groups-unusable');
  const parts = claimsOfSubject(subject, provider);
  if (!parts) return refuse('subject-unusable');
  const withGroups = withClaim({ iss: provider.issuer, ...claims }, groupsClaim(provider), groups);
  const allClaims = { ...withGroups, ...parts };
  const read = nameCaller(allClaims, provider);
  const named = { subject, groups: groups ?? (read.ok ? read.value.groups : undefined) };
  return principalNamed(named, allClaims, provider, { proofHash: NO_PROOF, condition });
}

function simulateAssertion(
  { subject, claims: described, groups = [] }: DescribedCaller,
  provider: AssertionProvider,
): Simulated {
  if (!provider.clients.some(({ id }) => id === subject)) return refuse('subject-unusable');
  if (groups.length > 0) return refuse('groups-unusable');
  const claims = { ...described, iss: subject, sub: subject };
  return ok(assertionPrincipal({ client: subject, claims, proofHash: NO_PROOF }, provider));
}

function simulateCertificate(
  { subject, claims, groups = [] }: DescribedCaller,
  provider: CertificateProvider,
): Simulated {
  if (!isName(subject)) return refuse('subject-unusable');
  if (groups.length > 0) return refuse('groups-unusable');
  // A certificate has no further claims; `exp` stands for its end.
  const expiresAt = readNumericDate(claims['exp']);
  return ok(certificatePrincipal({ subject, issuer: '', expiresAt, thumbprint: NO_PROOF }, provider));
}

function simulateAliyun({ subject, claims, groups }: DescribedCaller, provider: AliyunProvider): Simulated {
  if (groups) return refuse('groups-unusable');
  const member = parseSubject(subject);
  if (!member || !provider.trust.some((entry) => isTrusted(member, entry))) return refuse('subject-unusable');
  const proof = { expiresAt: readNumericDate(claims['exp']), proofHash: NO_PROOF };
  const ids = Object.fromEntries(Object.entries(claims).filter(([name]) => CALLER_IDS.has(name)));
  return ok(aliyunPrincipal({ member, ids }, provider, proof));
}
