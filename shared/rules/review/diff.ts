// What applying a document would change, for people to read before it happens. Pure. Never shows an external id.
import { isDeepStrictEqual } from 'node:util';
import { showable } from '../../kernel/showable.ts';
import type { AccessTest } from '../document/access-test.ts';
import type { CompiledAccess, CompiledGrant, Supplement } from '../document/compiled-access.ts';
import type { PinnedPolicy } from '../document/pinned-policy.ts';
import { issuersOf, type Provider } from '../document/provider.ts';
import { type EntryRevisions, entryKey, hasEntryRevision } from '../document/rules.ts';
import type { Directory } from '../sign-on/directory.ts';
import type { Connection, PasskeyLimits, SessionLimits, SignOn } from '../sign-on/sign-on.ts';
import type { Account } from '../values/account.ts';
import { formatTrust } from '../values/ram-member.ts';
import type { Role } from '../values/role.ts';
import { type EntryPart, partsOfConnection, partsOfProvider } from './entry-parts.ts';

/** The kinds of entries, and of parts of entries by which callers are known. */
export type EntryKind =
  | 'provider'
  | 'role'
  | 'account'
  | 'grant'
  | 'connection'
  | 'directory'
  | 'signOn'
  | 'policy'
  | 'test'
  | EntryPart['kind'];

export interface Change {
  readonly change: 'added' | 'removed' | 'changed' | 'reordered';
  readonly kind: EntryKind;
  readonly id: string;
  /** The entry has another recipient or gives another role: those who had it lose it, as if it were removed. */
  readonly replaces?: true;
  /** The whole change in one line, with the names of the changed fields. */
  readonly summary: string;
}

const SIGN = { added: '+', removed: '-', changed: '~', reordered: '~' } as const satisfies Record<
  Change['change'],
  string
>;

type Fields = Readonly<Record<string, unknown>>;

/** How one kind of entry is compared and shown. */
interface Entries<Entry> {
  readonly kind: Change['kind'];
  readonly id: (entry: Entry) => string;
  readonly fields: (entry: Entry) => Fields;
  readonly format: (entry: Entry) => string;
  /** Fields that say who has what: with another value the entry takes from those who had it. */
  readonly identity?: readonly string[];
}

/** The issuers, CAs or accounts that the provider trusts. */
function formatProvider(provider: Provider): string {
  switch (provider.kind) {
    case 'oidc':
    case 'assertion':
      return issuersOf(provider)
        .map(({ name }) => name)
        .join(', ');
    case 'certificate':
      return `trusts ${provider.authorities.length} CA certificates`;
    case 'aliyun':
      return `trusts ${provider.trust.map(formatTrust).join(', ')}`;
  }
}

const PROVIDERS: Entries<Provider> = {
  kind: 'provider',
  id: ({ id }) => id,
  fields: (provider) => provider,
  format: formatProvider,
};
const ACCOUNTS: Entries<Account> = {
  kind: 'account',
  id: ({ id }) => id,
  fields: (account) => account,
  format: ({ alias, name }) => (name === undefined ? alias : `${alias}, ${name}`),
};
const ROLES: Entries<Role> = {
  kind: 'role',
  id: ({ id }) => id,
  fields: (role) => role,
  format: ({ roleArn }) => roleArn,
};
const GRANTS: Entries<CompiledGrant> = {
  kind: 'grant',
  id: ({ grant }) => grant.id,
  // The absolute position changes with every insertion above it; only the relative order means anything.
  fields: ({ selector, grant: { order: _, ...rest } }) => ({ to: formatRecipient(selector), ...rest }),
  identity: ['to', 'role'],
  format: ({ selector, grant }) =>
    `${formatRecipient(selector)} may ${'permission' in grant ? grant.permission : `take ${grant.role}`}`,
};

const CONNECTIONS: Entries<Connection> = {
  kind: 'connection',
  id: ({ id }) => id,
  fields: (connection) => connection,
  format: (connection) =>
    `${connection.name} (${connection.kind === 'oidc' ? connection.issuer : connection.entityId})`,
};

const DIRECTORIES: Entries<Directory> = {
  kind: 'directory',
  id: ({ id }) => id,
  fields: (directory) => directory,
  format: ({ connections, person }) => `people of ${connections.join(', ')} by ${person}`,
};

const SESSIONS: Entries<SessionLimits> = {
  kind: 'signOn',
  id: () => 'sessions',
  fields: (limits) => limits,
  format: ({ idleSeconds, absoluteSeconds, commandLine }) =>
    `sessions end ${idleSeconds} s after the last use, ${absoluteSeconds} s after sign-on; on a command line ${commandLine.idleSeconds} s and ${commandLine.absoluteSeconds} s`,
};

const PASSKEYS: Entries<PasskeyLimits> = {
  kind: 'signOn',
  id: () => 'passkeys',
  fields: (limits) => limits,
  format: ({ maxSignOnAgeSeconds }) =>
    `passkeys alone sign in until ${maxSignOnAgeSeconds} s after a sign-on`,
};
const BLOCKED: Entries<string> = {
  kind: 'signOn',
  id: (person) => person,
  fields: () => ({}),
  format: () => 'is blocked',
};

export function formatRecipient({ provider, principal }: CompiledGrant['selector']): string {
  if (principal.kind === 'any') return `anyone of ${provider}`;
  return `${principal.kind === 'group' ? 'group ' : ''}${JSON.stringify(principal.name)} of ${provider}`;
}

const MAX_SHOWN_CHARACTERS = 80;

/** Short values are shown; a policy or a list is only named. An external id is never shown, because few may know it. */
function formatField(name: string, before: unknown, after: unknown): string {
  const shown = [before, after].map((value) =>
    typeof value === 'object' ? undefined : String(value ?? 'none'),
  );
  const short = shown.every((text) => text !== undefined && text.length <= MAX_SHOWN_CHARACTERS);
  return short && name !== 'externalId' ? `${name} ${shown.join(' → ')}` : `${name} changed`;
}

function changedFields(before: Fields, after: Fields): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => formatField(name, before[name], after[name]));
}

function isReplaced<Entry>({ identity = [], fields }: Entries<Entry>, before: Entry, after: Entry): boolean {
  const [had, has] = [fields(before), fields(after)];
  return identity.some((name) => !isDeepStrictEqual(had[name], has[name]));
}

function compare<Entry>(
  entries: Entries<Entry>,
  before: readonly Entry[],
  after: readonly Entry[],
): readonly Change[] {
  const { kind } = entries;
  const earlier = new Map(before.map((entry) => [entries.id(entry), entry]));
  const later = new Set(after.map(entries.id));
  const removed = before
    .filter((entry) => !later.has(entries.id(entry)))
    .map(
      (entry): Change => ({ change: 'removed', kind, id: entries.id(entry), summary: entries.format(entry) }),
    );
  const others = after.flatMap((entry): readonly Change[] => {
    const id = entries.id(entry);
    const old = earlier.get(id);
    if (old === undefined) return [{ change: 'added', kind, id, summary: entries.format(entry) }];
    const fields = changedFields(entries.fields(old), entries.fields(entry));
    if (fields.length === 0) return [];
    const change: Change = { change: 'changed', kind, id, summary: fields.join(', ') };
    return [isReplaced(entries, old, entry) ? { ...change, replaces: true } : change];
  });
  return [...removed, ...others];
}

/** Grants that stay, but no longer in the same order among themselves: order decides between equally specific ones. */
function reordered(before: readonly CompiledGrant[], after: readonly CompiledGrant[]): readonly Change[] {
  const ids = (grants: readonly CompiledGrant[]) => grants.map(GRANTS.id);
  const [had, has] = [new Set(ids(before)), new Set(ids(after))];
  const stayedAfter = ids(after).filter((id) => had.has(id));
  const first = ids(before)
    .filter((id) => has.has(id))
    .findIndex((id, i) => id !== stayedAfter[i]);
  const id = stayedAfter[first];
  const summary = 'stands elsewhere among the grants: the first of equally specific ones is used';
  return id === undefined ? [] : [{ change: 'reordered', kind: 'grant', id, summary }];
}

/** An entry that a document has at most once, as a list. */
const onlyOne = <Value>({ signOn }: CompiledAccess, of: (signOn: SignOn) => Value): readonly Value[] =>
  signOn === undefined ? [] : [of(signOn)];

/** Parts that go while their entry stays. With the entry they go unnamed. */
function removedParts<Entry extends { readonly id: string }>(
  before: readonly Entry[],
  after: readonly Entry[],
  partsOf: (entry: Entry) => readonly EntryPart[],
): readonly Change[] {
  const later = new Map(after.map((entry) => [entry.id, entry]));
  return before.flatMap((entry) => {
    const now = later.get(entry.id);
    if (now === undefined) return [];
    const left = new Set(partsOf(now).map(({ id }) => id));
    return partsOf(entry)
      .filter(({ id, of }) => !left.has(id) && (of === undefined || left.has(of)))
      .map(({ kind, id, loses }): Change => ({ change: 'removed', kind, id, summary: loses }));
  });
}

const POLICIES: Entries<PinnedPolicy> = {
  kind: 'policy',
  id: ({ name }) => name,
  fields: (policy) => policy,
  format: ({ type, version }) => `pinned ${type} policy, ${version}`,
};

/** A test has no id, and a name may be there twice: the second is then another entry. */
type NumberedTest = readonly [name: string, test: AccessTest];

function numbered(tests: readonly AccessTest[]): readonly NumberedTest[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const times = (seen.get(test.name) ?? 0) + 1;
    seen.set(test.name, times);
    return [times === 1 ? test.name : `${test.name} (${times})`, test];
  });
}

const TESTS: Entries<NumberedTest> = {
  kind: 'test',
  id: ([name]) => name,
  fields: ([, test]) => test,
  format: ([, { expect, role }]) => `expects ${expect} for role ${role}`,
};

/** Rules, with the rest of their documents where it is known. */
export type Compared = CompiledAccess & Partial<Pick<Supplement, 'policies' | 'tests'>>;

export function diffAccess(before: Compared, after: Compared): readonly Change[] {
  return [
    ...compare(PROVIDERS, before.providers, after.providers),
    ...removedParts(before.providers, after.providers, partsOfProvider),
    ...compare(ACCOUNTS, before.accounts ?? [], after.accounts ?? []),
    ...compare(ROLES, before.roles, after.roles),
    ...compare(GRANTS, before.grants, after.grants),
    ...compare(CONNECTIONS, before.signOn?.connections ?? [], after.signOn?.connections ?? []),
    ...removedParts(before.signOn?.connections ?? [], after.signOn?.connections ?? [], partsOfConnection),
    ...compare(
      SESSIONS,
      onlyOne(before, ({ sessions }) => sessions),
      onlyOne(after, ({ sessions }) => sessions),
    ),
    ...compare(
      PASSKEYS,
      onlyOne(before, ({ passkeys }) => passkeys),
      onlyOne(after, ({ passkeys }) => passkeys),
    ),
    ...compare(DIRECTORIES, before.signOn?.directories ?? [], after.signOn?.directories ?? []),
    ...compare(BLOCKED, before.signOn?.blocked ?? [], after.signOn?.blocked ?? []),
    ...compare(POLICIES, before.policies ?? [], after.policies ?? []),
    ...compare(TESTS, numbered(before.tests ?? []), numbered(after.tests ?? [])),
    ...reordered(before.grants, after.grants),
  ];
}

/** One line. No name in it can add a line of its own. */
export const formatChange = ({ change, kind, id, summary }: Change): string =>
  showable(`${SIGN[change]} ${kind} ${id}: ${summary}`);

/** The revisions of the entries that `changes` leave as they are. Every other entry comes in with the next revision. */
export function revisionsOfUnchanged(before: EntryRevisions, changes: readonly Change[]): EntryRevisions {
  const kept = new Map(before);
  for (const { change, kind, id } of changes) {
    if (change !== 'reordered' && hasEntryRevision(kind)) kept.delete(entryKey(kind, id));
  }
  return kept;
}
