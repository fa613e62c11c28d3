// The names of environment variables in the tables of docs/settings.md.

const FIRST_CELL = /^\| `([A-Z][A-Z0-9_]*)` +\|/gm;

export const settingsIn = (page: string): ReadonlySet<string> =>
  new Set([...page.matchAll(FIRST_CELL)].map(([, name = '']) => name));
