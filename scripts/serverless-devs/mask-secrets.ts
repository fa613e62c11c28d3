// Hides secrets in output: a secret's value, and each text in it where the value is JSON, since a tool may lay the JSON out
// in another way.

const MASK = '[hidden]';
/** Shorter texts, such as the kty, crv and use of a key, are no secrets and occur in any output. */
const MIN_SECRET_CHARACTERS = 8;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function partsOf(secret: string): readonly string[] {
  try {
    return textsIn(JSON.parse(secret));
  } catch {
    return [];
  }
}

export function maskSecrets(line: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => [secret, ...partsOf(secret)]);
  const quoted = parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1)]);
  const longestFirst = [...new Set(quoted)]
    .filter(({ length }) => length >= MIN_SECRET_CHARACTERS)
    .sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, part) => text.replaceAll(part, MASK), line);
}
