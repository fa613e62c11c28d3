// Identifiers and secrets in the forms that Alibaba Cloud gives them, so that no code comes to rely on shorter ones.
import { randomBytes, randomInt } from 'node:crypto';

/** RAM user and role ids are 18 digits. */
export function randomEntityId(): string {
  return `${randomInt(200_000_000, 400_000_000)}${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
}

function randomLetters(length: number): string {
  let letters = '';
  while (letters.length < length) letters += randomBytes(length).toString('base64').replace(/[+/=]/g, '');
  return letters.slice(0, length);
}

const TOKEN_BYTES = 480;

/** A temporary key with a token of the length that STS gives. */
export function randomSessionKey(): {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
} {
  return {
    accessKeyId: `STS.N${randomLetters(23)}`,
    accessKeySecret: randomLetters(44),
    securityToken: `CAIS${randomBytes(TOKEN_BYTES).toString('base64')}`,
  };
}

/** Whether the text has the form of a token of this service. */
export function isTokenShaped(text: string): boolean {
  return /^CAIS[A-Za-z0-9+/]{100,}={0,2}$/.test(text);
}
