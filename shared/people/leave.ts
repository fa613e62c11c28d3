// A person leaves: what is known under one of their names, the marks under all of them, and the end of what they signed on. Each
// step can be done again, so that a leave that was stopped half-way is finished by another one.
import { ConnectionId } from '../kernel/names.ts';
import { LINK_PLACE, linkName } from '../kernel/person-link.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { Leaver, NewLeave, Reinstatement } from './leaver.ts';
import type { LeaverStore } from './leaver-store.ts';
import { type Passkey, passkeyId } from './passkey.ts';
import type { PasskeyStore } from './passkey-store.ts';
import { type Person, type PersonKey, personKey, personName } from './person.ts';
import type { RecheckStore } from './recheck.ts';
import type { RecheckId, Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

export interface PeopleStores {
  readonly sessions: Pick<SessionStore, 'list' | 'end' | 'peopleOfLink'>;
  readonly passkeys: Pick<PasskeyStore, 'list' | 'remove' | 'lastSignOn' | 'forgetSignOn'>;
  readonly rechecks: Pick<RecheckStore, 'find' | 'remove'>;
}

/** A name of a leaver, taken apart. */
export type ReadName = { readonly link: string } | Person;

/** `connection:subject` or `person:VALUE`. Undefined: it is neither. */
export function readName(name: string): ReadName | undefined {
  const colon = name.indexOf(':');
  const [place, rest] = [name.slice(0, Math.max(colon, 0)), name.slice(colon + 1)];
  if (colon < 1 || rest === '') return undefined;
  if (place === LINK_PLACE) return { link: rest };
  const connection = ConnectionId.safeParse(place).data;
  return connection && { connection, subject: rest };
}

/** One read of the leaver rows. More names are no person's. */
const MAX_NAMES = 100;

/** All that is known under one name of a person. */
export interface KnownPerson {
  /** Of the leaver rows; the name that was asked for is the first. */
  readonly names: readonly string[];
  /** Those whose sessions and passkeys there can be. */
  readonly people: readonly Person[];
}

/** The person link that a person signed on with last; undefined if there is none, or it is not known any more. */
async function linkOf(
  person: PersonKey,
  { sessions, passkeys }: PeopleStores,
): Promise<Result<string | undefined, StoreFault>> {
  const last = await passkeys.lastSignOn(person);
  if (!last.ok) return last;
  if (last.value?.signedOn.person !== undefined) return ok(last.value.signedOn.person);
  const running = await sessions.list(person);
  return running.ok ? ok(running.value.find((session) => session.person !== undefined)?.person) : running;
}

/** The people of a person link, and the person whom the name itself means. */
async function peopleOf(
  name: ReadName,
  link: string | undefined,
  { sessions }: PeopleStores,
): Promise<Result<readonly Person[], StoreFault>> {
  const linked = link === undefined ? ok([]) : await sessions.peopleOfLink(link);
  if (!linked.ok) return linked;
  return ok('link' in name ? linked.value : [name, ...linked.value]);
}

/** The names that were marked together with these, when a person who is still out left. */
async function markedWith(
  names: readonly string[],
  leavers: Pick<LeaverStore, 'find'>,
): Promise<Result<readonly string[], StoreFault>> {
  const rows = await leavers.find(names);
  if (!rows.ok) return rows;
  return ok(rows.value.flatMap(({ leaves }) => leaves.flatMap(({ also, ended }) => (ended ? [] : also))));
}

/**
 * The names and people that belong to a name: those of the person link that it is, or that its person signed on with last, and those
 * that were marked with it. A person who has not signed on for a month is known by the given name alone.
 */
export async function findPerson(
  name: ReadName,
  stores: PeopleStores & { readonly leavers: Pick<LeaverStore, 'find'> },
): Promise<Result<KnownPerson, StoreFault>> {
  const found =
    'link' in name ? ok(name.link) : await linkOf(personKey(name.connection, name.subject), stores);
  if (!found.ok) return found;
  const people = await peopleOf(name, found.value, stores);
  if (!people.ok) return people;
  const own = people.value.map(({ connection, subject }) => personName(connection, subject));
  const links = found.value === undefined ? [] : [linkName(found.value)];
  const given = 'link' in name ? [] : [personName(name.connection, name.subject)];
  // The link before the people whom it names: where they are too many, each is out by it.
  const known = [...given, ...links, ...own];
  const marked = await markedWith([...new Set(known)].slice(0, MAX_NAMES), stores.leavers);
  if (!marked.ok) return marked;
  const names = [...new Set([...known, ...marked.value])].slice(0, MAX_NAMES);
  const readable = names.map(readName).filter((read) => read !== undefined);
  return ok({ names, people: readable.filter((read): read is Person => !('link' in read)) });
}

/** Marks every name, so that the person is out also where a connection stops declaring the link. Gives the rows. */
export async function markAll(
  names: readonly string[],
  leave: Omit<NewLeave, 'also'>,
  leavers: Pick<LeaverStore, 'mark'>,
): Promise<Result<readonly Leaver[], StoreFault>> {
  const marked: Leaver[] = [];
  for (const name of names) {
    const done = await leavers.mark(name, { ...leave, also: names });
    if (!done.ok) return done;
    marked.push(done.value.leaver);
  }
  return ok(marked);
}

/** Reinstates the names, and every name that was marked with one of them. Gives the rows that this changed. */
export async function reinstateAll(
  names: readonly string[],
  reinstatement: Reinstatement,
  leavers: Pick<LeaverStore, 'reinstate'>,
): Promise<Result<readonly Leaver[], StoreFault>> {
  const changed: Leaver[] = [];
  const queue = new Set(names);
  for (const name of queue) {
    const done = await leavers.reinstate(name, reinstatement);
    if (!done.ok) return done;
    if (done.value?.isChanged) changed.push(done.value.leaver);
    // A set is iterated in the order in which it grows.
    for (const { also } of done.value?.leaver.leaves ?? [])
      for (const other of also) if (queue.size < MAX_NAMES) queue.add(other);
  }
  return ok(changed);
}

/** What was ended of a person at one connection. */
export interface EndedPerson extends Person {
  readonly browsers: number;
  readonly commandLines: number;
  readonly passkeys: number;
}

interface SeenPerson {
  readonly ended: EndedPerson;
  readonly running: readonly Session[];
  readonly keys: readonly Passkey[];
  /** By which the provider is asked again about the person. */
  readonly rechecks: readonly RecheckId[];
}

/** What there is to end. */
export async function lookAtPerson(
  { connection, subject }: Person,
  { sessions, passkeys }: PeopleStores,
): Promise<Result<SeenPerson, StoreFault>> {
  const owner = personKey(connection, subject);
  const keys = await passkeys.list(owner);
  if (!keys.ok) return keys;
  const running = await sessions.list(owner);
  if (!running.ok) return running;
  const last = await passkeys.lastSignOn(owner);
  if (!last.ok) return last;
  const ids = [last.value, ...running.value].flatMap((one) => one?.recheck ?? []);
  const commandLines = running.value.filter(({ commandLine }) => commandLine !== undefined).length;
  const browsers = running.value.length - commandLines;
  const ended = { connection, subject, browsers, commandLines, passkeys: keys.value.length };
  return ok({ ended, running: running.value, keys: keys.value, rechecks: [...new Set(ids)] });
}

/**
 * Ends the sessions of a person, deletes their passkeys and the provider's refresh tokens, and forgets their last sign-on up to
 * `by`. All of it is void by the mark already: this removes what lies in the table, and says how much that was.
 */
export async function endPerson(
  person: Person,
  by: Date,
  stores: PeopleStores,
): Promise<Result<EndedPerson, StoreFault>> {
  const { sessions, passkeys, rechecks } = stores;
  const owner = personKey(person.connection, person.subject);
  const seen = await lookAtPerson(person, stores);
  if (!seen.ok) return seen;
  for (const id of seen.value.rechecks) {
    const row = await rechecks.find(owner, id);
    const removed = row.ok && row.value ? await rechecks.remove(row.value) : row;
    if (!removed.ok) return removed;
  }
  const forgotten = await passkeys.forgetSignOn(owner, by);
  if (!forgotten.ok) return forgotten;
  for (const { credential } of seen.value.keys) {
    const removed = await passkeys.remove(owner, passkeyId(credential));
    if (!removed.ok) return removed;
  }
  const done = await sessions.end(seen.value.running);
  return done.ok ? ok(seen.value.ended) : done;
}
