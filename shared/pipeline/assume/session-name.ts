// Principal → RoleSessionName, built here and never chosen by the caller: it is what ActionTrail shows. Readable for
// a person, and unique by its digest, since two subjects may look alike once odd characters are replaced.
import type { Principal } from '../../identity/principal.ts';
import { sha256 } from '../../kernel/sha256.ts';

// STS AssumeRole, RoleSessionName: 2 to 64 of letters, digits and . @ - _; provider . subject . digest
const MAX_PROVIDER_CHARACTERS = 16;
const MAX_SUBJECT_CHARACTERS = 30;
const DIGEST_CHARACTERS = 16;

const readable = (text: string, max: number): string => text.replace(/[^A-Za-z0-9@_-]/g, '-').slice(0, max);

export function sessionName({ provider, issuer, subject }: Principal): string {
  const digest = sha256(JSON.stringify([provider, issuer, subject]), 'hex').slice(0, DIGEST_CHARACTERS);
  return `${readable(provider, MAX_PROVIDER_CHARACTERS)}.${readable(subject, MAX_SUBJECT_CHARACTERS)}.${digest}`;
}
