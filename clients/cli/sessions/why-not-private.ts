// Is a file or folder this person's alone? Elsewhere than on Windows, where the profile's access list sees to it, its
// owner and mode tell.
import type { Stats } from 'node:fs';

const OTHERS = 0o077;

export function whyNotPrivate(stats: Stats, kind: 'file' | 'folder'): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!(kind === 'file' ? stats.isFile() : stats.isDirectory())) return `is no ${kind}`;
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (stats.uid !== self) return 'belongs to somebody else';
  return (stats.mode & OTHERS) === 0 ? undefined : 'can be read or changed by others';
}
