// A signed JWT in compact form (RFC 7515 section 7.1), read once and without ambiguity. Nothing in it is verified.
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Claims } from './principal.ts';

export interface UnverifiedJwt {
  readonly header: Claims;
  readonly claims: Claims;
  /** What the signature is over. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

type ReadJwt = Result<UnverifiedJwt, 'token-malformed'>;

/** The choice of the provider and the verification read the same token. Its members may be many: a thousand groups. */
const alreadyRead = new WeakMap<Secret<string>, ReadJwt>();

/**
 * The parts of the token. Fails with `token-malformed` for other than three parts in base64url, for a header or claims that are no
 * JSON object in UTF-8, and for one that names a member twice: of the two, another reader may take the other.
 */
export function readJwt(token: Secret<string>): ReadJwt {
  const known = alreadyRead.get(token);
  if (known) return known;
  const jwt = read(token.reveal());
  alreadyRead.set(token, jwt);
  return jwt;
}

/** Three parts without padding (RFC 7515 section 2). A signature may be empty here; none is valid. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/;

function read(text: string): ReadJwt {
  const [, header = '', claims = '', signature = ''] = COMPACT.exec(text) ?? [];
  const [readHeader, readClaims] = [readObject(header), readObject(claims)];
  if (!readHeader || !readClaims || isCut(signature)) return err('token-malformed');
  return ok({
    header: readHeader,
    claims: readClaims,
    signingInput: text.slice(0, header.length + 1 + claims.length),
    signature: Buffer.from(signature, 'base64url'),
  });
}

const CHARACTERS_OF_THREE_BYTES = 4;

/** One character holds no whole byte, and Buffer.from would drop it without a word. */
const isCut = (base64url: string): boolean => base64url.length % CHARACTERS_OF_THREE_BYTES === 1;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readObject(base64url: string): Claims | undefined {
  if (isCut(base64url)) return undefined;
  let text: string;
  try {
    text = utf8.decode(Buffer.from(base64url, 'base64url'));
  } catch {
    return undefined;
  }
  const parsed = parseStrictJson(text);
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
