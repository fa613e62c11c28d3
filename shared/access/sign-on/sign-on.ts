// How people sign on at the portal: where, and for how long.
import * as z from 'zod';
import { OidcConnection } from './oidc-connection.ts';
import { SamlConnection } from './saml-connection.ts';

/** A button each; a page with more would be a directory. */
const MAX_CONNECTIONS = 20;

/** After this long without a request the person has left the desk. */
const IDLE_SECONDS = { min: 300, max: 86_400, default: 3_600 } as const;
/** A working day; at most a week, since what an IdP withdraws without saying so holds until then. */
const ABSOLUTE_SECONDS = { min: 600, max: 604_800, default: 43_200 } as const;

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
    .describe('A session ends this long after the sign-on, used or not.'),
});
export type SessionLimits = z.infer<typeof SessionLimits>;

/** Each kind is a file of its own beside this one. */
export const Connection = z.discriminatedUnion('kind', [OidcConnection, SamlConnection]);
export type Connection = z.infer<typeof Connection>;

export const SignOn = z.strictObject({
  sessions: SessionLimits.prefault({}).describe('How long people stay signed on.'),
  connections: z
    .array(Connection)
    .max(MAX_CONNECTIONS)
    .describe('Identity providers at which people sign on, in the order of their buttons.'),
});
export type SignOn = z.infer<typeof SignOn>;
