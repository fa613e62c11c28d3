// Leavers: people whom the company has let go. A leaver is out on every way of signing in until someone ends it, and nothing that
// was signed on before that end counts again. One row of table `leavers` for each name of a person. Pure.
import * as z from 'zod';
import type { ConnectionId } from '../kernel/names.ts';
import { linkName } from '../kernel/person-link.ts';
import { personName } from './person.ts';

/** For the readers of `stint leavers`. */
export const MAX_LEAVE_REASON_CHARACTERS = 200;

/** Who says that the person left: an operator, or the SCIM client of a connection. Each can end what it said itself. */
export const LeaveSource = z.union([z.literal('operator'), z.templateLiteral(['scim:', z.string().min(1)])]);
export type LeaveSource = z.infer<typeof LeaveSource>;

const Time = z.iso.datetime().transform((text) => new Date(text));

/** What one source said last. */
const Leave = z.object({
  source: LeaveSource,
  since: Time,
  by: z.string(),
  reason: z.string().max(MAX_LEAVE_REASON_CHARACTERS),
  /** The other names that were marked with this one. The person comes back under all of them. */
  also: z.array(z.string()).default([]),
  /** Present: the person is back, as far as this source is concerned. */
  ended: z.object({ at: Time, by: z.string() }).optional(),
});
export type Leave = Readonly<z.infer<typeof Leave>>;

export const Leaver = z.object({
  /** `connection:subject`, or `person:VALUE`. */
  name: z.string(),
  leaves: z.array(Leave).min(1),
  /**
   * Grows with each change, whatever the clocks say; otherwise it is the time of the change in milliseconds since 1970, so that it
   * grows also where the row was lost. What was signed on carries it, and does not count after a change.
   */
  generation: z.int().min(1),
});
export type Leaver = Readonly<z.infer<typeof Leaver>>;

/** A person as a session, a passkey or a session token knows them. */
export interface NamedPerson {
  readonly connection: ConnectionId;
  readonly subject: string;
  /** The value of the claim by which connections link people. Absent: the connection declared none. */
  readonly person?: string | undefined;
}

/** `person` as personName gives it, which is the `sub` of session tokens. */
export const namesOf = (person: string, link: string | undefined): readonly string[] =>
  link === undefined ? [person] : [person, linkName(link)];

/** All names under which the person can have left. */
export const leaverNames = ({ connection, subject, person }: NamedPerson): readonly string[] =>
  namesOf(personName(connection, subject), person);

/** Whether any source still says that the person left. */
export const hasLeft = ({ leaves }: Leaver): boolean => leaves.some(({ ended }) => ended === undefined);

/** The generation of each name's row, in the order of leaverNames. 0: the name has no row. */
export const LeaverGenerations = z.array(z.int().min(0)).max(2);
export type LeaverGenerations = Readonly<z.infer<typeof LeaverGenerations>>;

/** What the rows of one person's names say now. */
export interface LeaverState {
  readonly hasLeft: boolean;
  readonly generations: LeaverGenerations;
}

/** `names`: those of leaverNames, for which the rows were read. */
export const leaverState = (names: readonly string[], leavers: readonly Leaver[]): LeaverState => ({
  hasLeft: leavers.some(hasLeft),
  generations: names.map((name) => leavers.find((leaver) => leaver.name === name)?.generation ?? 0),
});

/** Whether no row changed since, for any of the names. */
export const isOfGenerations = (now: LeaverGenerations, then: LeaverGenerations = []): boolean =>
  now.every((generation, i) => generation <= (then[i] ?? 0));

export type LeaverReason = 'person-left' | 'signed-on-before-leaving';

/**
 * Why a person who signed on in these generations is out: `person-left`, or `signed-on-before-leaving` where the person is back and
 * has to sign on again. Undefined: neither.
 */
export function reasonToRefuse(
  { hasLeft: isOut, generations }: LeaverState,
  then: LeaverGenerations | undefined,
): LeaverReason | undefined {
  if (isOut) return 'person-left';
  return isOfGenerations(generations, then) ? undefined : 'signed-on-before-leaving';
}

const nextGeneration = (before: Leaver | undefined, at: Date): number =>
  Math.max((before?.generation ?? 0) + 1, at.getTime());

export interface NewLeave extends Pick<Leave, 'source' | 'by' | 'reason'> {
  readonly also?: readonly string[];
  readonly at: Date;
}

/**
 * The row after the source says that the person left. The row itself, if it has said so already, of as many names: its time, author
 * and reason stay.
 */
export function afterLeave(name: string, before: Leaver | undefined, leave: NewLeave): Leaver {
  const { source, by, reason, at } = leave;
  const leaves = before?.leaves ?? [];
  const own = leaves.find((one) => one.source === source && one.ended === undefined);
  const named = (leave.also ?? []).filter((other) => other !== name);
  const also = [...new Set([...(own?.also ?? []), ...named])];
  if (before && own && also.length === own.also.length) return before;
  const others = leaves.filter((one) => one.source !== source);
  const said = own ? { ...own, also } : { source, since: at, by, reason, also };
  return { name, leaves: [...others, said], generation: nextGeneration(before, at) };
}

export interface Reinstatement {
  /** Undefined: what every source said ends. */
  readonly source: LeaveSource | undefined;
  readonly by: string;
  readonly at: Date;
}

/** The row after the reinstatement. The row itself, if that ends nothing. */
export function afterReinstatement(before: Leaver, { source, by, at }: Reinstatement): Leaver {
  const isEnded = (leave: Leave): boolean =>
    leave.ended === undefined && (source === undefined || leave.source === source);
  if (!before.leaves.some(isEnded)) return before;
  const leaves = before.leaves.map((leave) => (isEnded(leave) ? { ...leave, ended: { at, by } } : leave));
  return { ...before, leaves, generation: nextGeneration(before, at) };
}
