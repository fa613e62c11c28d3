// Keycloak (keycloak.org: server administration guide). Roles lie one or two levels deep; groups are there with a mapper.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, memberOf, type Preset, type PresetClaims } from './preset.ts';

const REALM_ROLES = 'realm_access.roles';
/** A client's id may itself hold dots. */
const CLIENT_ROLES = /^resource_access\.(.+)\.roles$/;

/** The form of every realm's issuer. */
export const isRealm = (issuer: string): boolean => /\/realms\/[^/]+$/.test(issuer);

/** A mapper writes groups into any other claim, as full paths (`/teams/admins`) or as bare names (`admins`). */
export const listsKeycloakGroups = (claim: string): boolean =>
  claim !== REALM_ROLES && !CLIENT_ROLES.test(claim);

/** Keycloak says in the payload what kind of token it is; a refresh or logout token is signed like any other. */
const TYPES: readonly unknown[] = ['Bearer', 'ID'];

/** Of an access token that is bound to a key (RFC 9449): never taken without the key that it must then name. */
const BOUND_TYPE = 'DPoP';

function isTaken(claims: PresetClaims): boolean {
  const type = claimOf(claims, 'typ');
  return type === BOUND_TYPE
    ? typeof memberOf(claimOf(claims, 'cnf'), 'jkt') === 'string'
    : TYPES.includes(type);
}

function rolesOf(claims: PresetClaims, claim: string | false): unknown {
  if (claim === false) return undefined;
  if (claim === REALM_ROLES) return memberOf(claimOf(claims, 'realm_access'), 'roles');
  const client = CLIENT_ROLES.exec(claim)?.[1];
  if (client === undefined) return claimOf(claims, claim);
  return memberOf(memberOf(claimOf(claims, 'resource_access'), client), 'roles');
}

export const KEYCLOAK: Preset = {
  subjectClaim: 'sub',
  groupsClaim: REALM_ROLES,
  hasGroups: true,
  namesGroups: (claim) => claim === REALM_ROLES || CLIENT_ROLES.test(claim) || !claim.includes('.'),
  algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
  // Bearer, in the payload: the header says at+jwt where the client asks for that.
  takesAccessTokens: true,
  tokenTypeOf: (claims) => (claimOf(claims, 'typ') === 'ID' ? 'id' : 'access'),
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    isRealm(issuer) ? undefined : 'write https://<host>/realms/<realm>, without a slash at the end',
  // In the access tokens of every client of the realm.
  isSharedAudience: (audience) => audience === 'account',
  checkRecipient: () => [],
  readCaller(claims, { groups: claim = REALM_ROLES }) {
    if (!isTaken(claims)) return err('type-wrong');
    return ok({ subject: claimOf(claims, 'sub'), groups: rolesOf(claims, claim) });
  },
};
