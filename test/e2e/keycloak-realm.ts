// The realm of the interop tests, as Keycloak's admin API takes it, before an administrator follows docs/providers/keycloak.md.
import { createHmac } from 'node:crypto';

export const PASSWORD = 'interop';
/** As many as people of a large company are in. */
export const MANY_GROUPS = 250;

export const LIKE_A_PATH = 'platform/admins';

const OTP_SECRET = 'twenty-random-bytes!';
const OTP_PERIOD_SECONDS = 30;
const OTP_DIGITS = 6;

/** The code that a person's phone shows now (RFC 6238). Keycloak takes each code once. */
export function oneTimeCode(now: Date): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 1000 / OTP_PERIOD_SECONDS)));
  const mac = createHmac('sha1', OTP_SECRET).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** OTP_DIGITS).padStart(OTP_DIGITS, '0');
}

const PASSWORD_CREDENTIAL = { type: 'password', value: PASSWORD };
const OTP_CREDENTIAL = {
  type: 'otp',
  secretData: JSON.stringify({ value: OTP_SECRET }),
  credentialData: JSON.stringify({
    subType: 'totp',
    digits: OTP_DIGITS,
    period: OTP_PERIOD_SECONDS,
    counter: 0,
    algorithm: 'HmacSHA1',
  }),
};

const person = (username: string, groups: readonly string[], credentials: readonly object[] = []) => ({
  username,
  enabled: true,
  email: `${username}@example.com`,
  emailVerified: true,
  firstName: username,
  lastName: 'Example',
  credentials: [PASSWORD_CREDENTIAL, ...credentials],
  groups,
});

const claimMapper = (protocolMapper: string, config: Readonly<Record<string, string>>) => ({
  name: 'groups',
  protocol: 'openid-connect',
  protocolMapper,
  config: { 'claim.name': 'groups', 'id.token.claim': 'true', ...config },
});

/** Clients whose administrator did not follow the page: the mapper writes bare names, or one group as a text. */
const otherClients = (stint: string) =>
  Object.entries({
    bare: claimMapper('oidc-group-membership-mapper', { 'full.path': 'false' }),
    text: claimMapper('oidc-hardcoded-claim-mapper', {
      'claim.value': '/engineers',
      'jsonType.label': 'String',
    }),
  }).map(([clientId, mapper]) => ({ ...publicClient(stint, clientId), protocolMappers: [mapper] }));

const publicClient = (stint: string, clientId: string) => ({
  clientId,
  publicClient: true,
  redirectUris: [`${stint}/login/callback/${clientId}`],
});

/** Takes pushed authorization requests alone, which the metadata of the realm do not say. */
const pushingClient = (stint: string) => ({
  ...publicClient(stint, 'pushed'),
  attributes: { 'pkce.code.challenge.method': 'S256', 'require.pushed.authorization.requests': 'true' },
});

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `team-${index}`);

/** `stint` is the address of the login function. */
export const staffRealm = (stint: string) => ({
  realm: 'staff',
  enabled: true,
  groups: [
    ...[...names(MANY_GROUPS), 'engineers'].map((name) => ({ name })),
    { name: 'platform', subGroups: [{ name: 'admins' }] },
    { name: 'guests', subGroups: [{ name: 'admins' }] },
    // Somebody's group that is called like the path of another.
    { name: LIKE_A_PATH },
  ],
  users: [
    person('alice', ['/engineers']),
    person('bob', []),
    person('carol', [...names(MANY_GROUPS - 1).map((name) => `/${name}`), '/engineers']),
    person('dora', ['/platform/admins'], [OTP_CREDENTIAL]),
    person('eve', ['/guests/admins'], [OTP_CREDENTIAL]),
    person('frank', ['/engineers']),
    person('grace', []),
    person('mallory', []),
  ],
  clients: [...otherClients(stint), pushingClient(stint)],
});
