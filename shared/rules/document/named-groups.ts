// The groups that the grants of a provider name, in four bytes each. A caller may be in a thousand groups, and only the rows
// of these need to be read. Two names may have one fingerprint: a row is then asked for that does not exist. A named group is
// never missed.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16. It need not be a cryptographic hash: two names of one fingerprint only cost a lookup in vain. */
function fingerprint(name: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < name.length; i += 1) {
    const unit = name.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
    hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME);
  }
  return hash >>> 0;
}

const BYTES_EACH = 4;

/** Tablestore takes 2 MB in a column, and base64 is a third longer. Above it, every group of a caller is looked up. */
export const MAX_NAMED_GROUPS = 300_000;

/** Base64 of the sorted fingerprints. Undefined for more than 300,000 names. */
export function writeNamedGroups(names: ReadonlySet<string>): string | undefined {
  if (names.size > MAX_NAMED_GROUPS) return undefined;
  const sorted = Uint32Array.from(names, fingerprint).sort();
  const bytes = Buffer.alloc(sorted.length * BYTES_EACH);
  for (const [i, value] of sorted.entries()) bytes.writeUInt32BE(value, i * BYTES_EACH);
  return bytes.toString('base64');
}

function isAmong(sorted: Uint32Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

/** May a grant name the group? Yes also where the fingerprints cannot be read. */
export type MayName = (group: string) => boolean;

export function readNamedGroups(text: string): MayName {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % BYTES_EACH !== 0 || bytes.toString('base64') !== text) return () => true;
  const sorted = Uint32Array.from({ length: bytes.length / BYTES_EACH }, (_, i) =>
    bytes.readUInt32BE(i * BYTES_EACH),
  );
  // Else a thousand fingerprints would be computed in vain for a caller in a thousand groups.
  if (sorted.length === 0) return () => false;
  return (group) => isAmong(sorted, fingerprint(group));
}
