// A session → the token that vend takes for it. The only place that signs one.
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { ADDRESS_CLAIM, GENERATION_CLAIM, REQUIREMENT_CLAIM } from '../../../shared/kernel/login-claims.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionKeys } from './session-keys.ts';

/** A stolen token is useful for this long; each call to vend takes a new one. */
export const TOKEN_SECONDS = 300;

export interface TokenIssuer {
  readonly issuer: string;
  /** Names this deployment: a token of another's is not for us, and ours is for no other. */
  readonly audience: string;
  readonly keys: SessionKeys;
}

/** The browser in whose name login itself asks vend. */
export interface AskingFor {
  /** Undefined: unknown, and the token says that. */
  readonly address: string | undefined;
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** What a token says comes of these. */
type Said = Pick<
  Session,
  'connection' | 'subject' | 'groups' | 'claims' | 'methods' | 'authenticatedAt' | 'id' | 'generation'
> & {
  /** What its connection requires, by which the session was judged; see requirementName. */
  readonly requirement?: string | undefined;
};

function payloadOf(
  said: Said,
  endsAt: Date,
  now: Date,
  { issuer, audience }: TokenIssuer,
  askingFor?: AskingFor,
) {
  const { connection, subject, groups, claims, methods, authenticatedAt, id, generation, requirement } = said;
  return {
    ...claims,
    groups,
    connection,
    sid: id,
    // Left out where the identity provider did not say: vend must not take a silence for an answer.
    ...(methods.length > 0 ? { amr: methods } : {}),
    ...(authenticatedAt === undefined ? {} : { auth_time: seconds(authenticatedAt) }),
    // Undefined is left out, and with it what an identity provider may have written there.
    [GENERATION_CLAIM]: generation,
    [REQUIREMENT_CLAIM]: requirement,
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
 * `endsAt` is when the session itself ends: its token does not outlive it. `askingFor` is for tokens that stay with
 * login: one that is handed out tells of no address, and vend goes by where it is shown.
 */
export async function mintToken(
  session: Said,
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
/** Of ES256, with the two dots. */
const SIGNATURE_CHARACTERS = 88;

/** Of the token that mintToken makes, without making it. */
export function tokenLength(
  session: Said,
  endsAt: Date,
  now: Date,
  issuer: TokenIssuer,
  askingFor?: AskingFor,
): number {
  const payload = payloadOf(session, endsAt, now, issuer, askingFor);
  return encodedLength(headerOf(issuer)) + encodedLength(payload) + SIGNATURE_CHARACTERS;
}
