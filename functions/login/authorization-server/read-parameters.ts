// The parameters of a request to an OAuth endpoint. None may be there twice, and an empty one is absent (RFC 6749
// section 3.1 and 3.2): whoever read the other one would be deceived.
export type Parameters = Readonly<Record<string, string | undefined>>;

/** Undefined: one of them is there twice. */
export function readParameters(encoded: string): Parameters | undefined {
  const all = [...new URLSearchParams(encoded)].filter(([, value]) => value !== '');
  const byName = new Map(all);
  return byName.size === all.length ? Object.fromEntries(byName) : undefined;
}
