// A session → its session token, a JWT that vend accepts as proof of identity. The only place that signs one.
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  ADDRESS_CLAIM,
  GENERATION_CLAIM,
  LEAVER_GENERATIONS_CLAIM,
  PERSON_CLAIM,
  REQUIREMENT_CLAIM,
} from '../../../shared/kernel/login-claims.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionKeys } from './session-key-set.ts';

/** For how long a stolen token is useful; login mints a new one for each call to vend. */
export const TOKEN_SECONDS = 300;

export interface TokenIssuer {
  readonly issuer: string;
  /** Names this deployment: no other deployment accepts the token, and this one accepts no other's. */
  readonly audience: string;
  readonly keys: SessionKeys;
}

/** The browser on whose behalf login calls vend. */
export interface AskingFor {
  /** Undefined: unknown; the token then says so. */
  readonly address: string | undefined;
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** The members of a session that go into its token. */
export type TokenSubject = Pick<
  Session,
  | 'connection'
  | 'subject'
  | 'person'
  | 'groups'
  | 'claims'
  | 'methods'
  | 'authenticatedAt'
  | 'id'
  | 'generation'
  | 'leaverGenerations'
> & {
  /** The claims that its connection required when the session was judged; see requirementName. */
  readonly requirement?: string | undefined;
};

function payloadOf(
  session: TokenSubject,
  endsAt: Date,
  now: Date,
  { issuer, audience }: TokenIssuer,
  askingFor?: AskingFor,
) {
  const { connection, subject, person, groups, claims, methods, authenticatedAt, id } = session;
  const { generation, leaverGenerations, requirement } = session;
  return {
    ...claims,
    groups,
    connection,
    sid: id,
    // Absent if the identity provider did not assert them: vend must not assume methods or a time.
    ...(methods.length > 0 ? { amr: methods } : {}),
    ...(authenticatedAt === undefined ? {} : { auth_time: seconds(authenticatedAt) }),
    // Undefined removes the claim, also one of this name that the identity provider asserted.
    [GENERATION_CLAIM]: generation,
    [REQUIREMENT_CLAIM]: requirement,
    [PERSON_CLAIM]: person,
    [LEAVER_GENERATIONS_CLAIM]: leaverGenerations,
    [ADDRESS_CLAIM]: askingFor && (askingFor.address ?? null),
    iss: issuer,
    aud: audience,
    sub: personName(connection, subject),
    jti: randomUUID(),
    iat: seconds(now),
    exp: Math.min(seconds(now) + TOKEN_SECONDS, seconds(endsAt)),
  };
}

const headerOf = ({ keys }: TokenIssuer) => ({ alg: 'ES256', typ: 'JWT', kid: keys.signing.kid });

/**
 * A token that is valid for TOKEN_SECONDS, or until the session ends at `endsAt` if that is earlier. `askingFor` is for tokens
 * with which login itself calls vend. A token that is handed out names no address, and vend takes the address of the request.
 */
export async function mintToken(
  session: TokenSubject,
  endsAt: Date,
  now: Date,
  issuer: TokenIssuer,
  askingFor?: AskingFor,
): Promise<Secret<string>> {
  const token = await new SignJWT(payloadOf(session, endsAt, now, issuer, askingFor))
    .setProtectedHeader(headerOf(issuer))
    .sign(issuer.keys.signing.key);
  return new Secret(token);
}

/** Base64url without padding (RFC 7515 section 2). */
const encodedLength = (part: object): number => Math.ceil((Buffer.byteLength(JSON.stringify(part)) * 4) / 3);
/** The signature of ES256, and the two dots. */
const SIGNATURE_CHARACTERS = 88;

/** The length in characters of the token that mintToken makes of the same arguments, without signing one. */
export function tokenLength(
  session: TokenSubject,
  endsAt: Date,
  now: Date,
  issuer: TokenIssuer,
  askingFor?: AskingFor,
): number {
  const payload = payloadOf(session, endsAt, now, issuer, askingFor);
  return encodedLength(headerOf(issuer)) + encodedLength(payload) + SIGNATURE_CHARACTERS;
}
