// How people sign on at the portal: where, and for how long.
import * as z from 'zod';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { Blocks } from '../blocks/block.ts';
import { BlockedPerson } from './blocked.ts';
import { Directory, MAX_DIRECTORIES } from './directory.ts';
import { OidcConnection } from './oidc-connection.ts';
import { SamlConnection } from './saml-connection.ts';

/** Each has a button; a page with more would be a directory. */
const MAX_CONNECTIONS = 20;

/** After this long without a request the person has left the desk. */
const IDLE_SECONDS = { min: 300, max: 86_400, default: 3_600 } as const;
/** A working day; at most a week, because an account that an IdP disables silently keeps its session until then. */
export const ABSOLUTE_SECONDS = { min: 600, max: 604_800, default: 43_200 } as const;

/** Lunch and a long meeting: a command line that is unused for longer is unattended, or no longer theirs. */
const COMMAND_LINE_IDLE_SECONDS = { min: 300, max: 86_400, default: 14_400 } as const;
/**
 * A working day, as for browsers, and a day at most: a refresh token lies in a file or a keychain, and stays valid until
 * then for an account that an IdP disables silently.
 */
const COMMAND_LINE_ABSOLUTE_SECONDS = { min: 600, max: 86_400, default: 43_200 } as const;

const CommandLineLimits = z.strictObject({
  idleSeconds: z
    .int()
    .min(COMMAND_LINE_IDLE_SECONDS.min)
    .max(COMMAND_LINE_IDLE_SECONDS.max)
    .default(COMMAND_LINE_IDLE_SECONDS.default)
    .describe('A command line’s session ends this long after its last use.'),
  absoluteSeconds: z
    .int()
    .min(COMMAND_LINE_ABSOLUTE_SECONDS.min)
    .max(COMMAND_LINE_ABSOLUTE_SECONDS.max)
    .default(COMMAND_LINE_ABSOLUTE_SECONDS.default)
    .describe(
      'A command line’s session ends this long after the sign-in at the identity provider, used or not.',
    ),
});

export const SessionLimits = z.strictObject({
  idleSeconds: z
    .int()
    .min(IDLE_SECONDS.min)
    .max(IDLE_SECONDS.max)
    .default(IDLE_SECONDS.default)
    .describe('A session ends this long after its last use.'),
  absoluteSeconds: z
    .int()
    .min(ABSOLUTE_SECONDS.min)
    .max(ABSOLUTE_SECONDS.max)
    .default(ABSOLUTE_SECONDS.default)
    .describe('A session ends this long after the sign-in, used or not.'),
  commandLine: CommandLineLimits.prefault({}).describe('How long command lines stay signed in.'),
});
export type SessionLimits = z.infer<typeof SessionLimits>;

/**
 * A passkey shows who a person is, and the identity provider whether the person still belongs here: after this long it must
 * confirm that again. Half a working day, and less than a session may last: a session is bound to one browser and ends when it
 * is idle, where a passkey begins new ones in any browser.
 */
export const SIGN_ON_AGE_SECONDS = { min: 0, max: 2_592_000, default: 14_400 } as const;

export const PasskeyLimits = z.strictObject({
  maxSignOnAgeSeconds: z
    .int()
    .min(SIGN_ON_AGE_SECONDS.min)
    .max(SIGN_ON_AGE_SECONDS.max)
    .default(SIGN_ON_AGE_SECONDS.default)
    .describe(
      'How long after a sign-in at the identity provider a passkey alone signs a person in. 0: never; passkeys then only confirm the signed-in person.',
    ),
});

export type PasskeyLimits = z.infer<typeof PasskeyLimits>;

/** A longer list is a directory’s business. */
const MAX_BLOCKED = 1_000;

/** Each kind is a file of its own beside this one. */
export const Connection = z.discriminatedUnion('kind', [OidcConnection, SamlConnection]);
export type Connection = z.infer<typeof Connection>;

export const SignOn = z.strictObject({
  sessions: SessionLimits.prefault({}).describe('How long people stay signed in.'),
  passkeys: PasskeyLimits.prefault({}).describe('The limits of passkeys.'),
  blocked: z
    .array(BlockedPerson)
    .max(MAX_BLOCKED)
    .default([])
    .describe(
      'People whom Stint signs out at once and does not let sign in, whatever their identity provider says: connection:subject, or *:subject at every connection.',
    ),
  connections: z
    .array(Connection)
    .max(MAX_CONNECTIONS)
    .describe('The identity providers at which people sign in, in the order of their buttons.'),
  directories: z
    .array(Directory)
    .max(MAX_DIRECTORIES)
    .default([])
    .describe(
      'The directories that identity providers keep here by SCIM: who left, and who is in which group.',
    ),
});
export type SignOn = z.infer<typeof SignOn>;

/** As it is in force, with the last flushes (see Flushes). An absent member: there was no such flush. */
export interface SignOnInForce extends SignOn {
  /** Sessions that began before it have ended. */
  readonly generation?: number;
  /** Keys of identity providers that were read before it no longer count. */
  readonly flushed?: number;
  /** Of people, groups and connections, for some time. */
  readonly blocks?: Blocks;
}

/** The section `signOn` of the rules in force, as the function `login` asks for it. */
export interface SignOnStore {
  /** The section signOn of the rules in force, as old as RulesStore's at most; undefined when there is none. */
  current(): Promise<Result<SignOnInForce | undefined, StoreFault>>;
}
