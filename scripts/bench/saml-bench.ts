// Speed of one SAML response, from its base64 to the person. The floor is the one RSA verification that no implementation
// can leave out.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { selfSign } from '../../functions/login/keys/self-sign.ts';
import { verifySamlResponse } from '../../functions/login/sign-on-saml/protocol/verify-response.ts';
import { responseXml, signXml } from '../../local/saml/issue-response.ts';
import { SamlConnection } from '../../shared/rules/sign-on/saml-connection.ts';
import { type BenchRow, subjectAtMost } from './bench-row.ts';
import { medianMicros } from './median.ts';

/** The product's bound for the answer to a sign-on. */
const TARGET_MILLIS = 10;
const ROUNDS = 200;
const GROUPS = 20;
const MINUTE_MS = 60_000;

const ENTITY = 'https://vend.example.com/login/saml/corp/metadata';
const ACS = 'https://vend.example.com/login/saml/corp/acs';
const IDP = 'https://idp.example.com/saml';
const REQUEST = '_request';

/** What an identity provider sends of an employee: a handful of attributes, some groups, its certificate twice. */
function genuineResponse(now: Date) {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const soon = new Date(now.getTime() + MINUTE_MS);
  const certificate = selfSign(key, { commonName: 'bench', from: now, until: soon });
  const groups = Array.from({ length: GROUPS }, (_, i) => `department-${i}`);
  const xml = responseXml({
    responseId: '_response',
    assertionId: '_assertion',
    issuer: IDP,
    acsUrl: ACS,
    audience: ENTITY,
    inResponseTo: REQUEST,
    issuedAt: now,
    notBefore: now,
    notOnOrAfter: soon,
    nameId: { value: 'alice', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    authenticatedAt: now,
    authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
    sessionIndex: '_session',
    attributes: {
      uid: ['alice'],
      mail: ['alice@example.com'],
      displayName: ['Alice'],
      title: ['Engineer'],
      groups,
    },
  });
  const signing = { key, certificate };
  return {
    encoded: Buffer.from(signXml(signXml(xml, 'Assertion', signing), 'Response', signing)).toString('base64'),
    key,
    certificate,
  };
}

const medianMillis = (call: () => unknown): number => medianMicros(call, ROUNDS) / 1000;

export function benchSaml(): BenchRow {
  const now = new Date();
  const { encoded, key, certificate } = genuineResponse(now);
  const connection = SamlConnection.parse({
    id: 'corp',
    kind: 'saml',
    name: 'Bench',
    entityId: IDP,
    ssoUrl: IDP,
    certificates: [certificate],
    groups: 'groups',
    claims: { email: 'mail' },
  });
  const expected = { connection, entityId: ENTITY, acsUrl: ACS, requestId: REQUEST, now };
  const outcome = verifySamlResponse(encoded, expected);
  if (!outcome.ok) throw new Error(`the response of the bench is refused: ${outcome.error}`);
  const content = Buffer.from('signed');
  const signature = sign('sha256', content, key);
  const publicKey = createPublicKey(key);
  return subjectAtMost(TARGET_MILLIS, {
    what: 'a SAML response verified, to the person (floor: one RSA verification)',
    subject: medianMillis(() => verifySamlResponse(encoded, expected)),
    floor: medianMillis(() => verify('sha256', content, publicKey, signature)),
    show: (value) => `${value.toFixed(3)} ms`,
  });
}
