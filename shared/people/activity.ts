// What a person did in the portal, for that person's own eyes. The audit trail is the record; this is a reminder.
import * as z from 'zod';

const ACTIVITY_KINDS = [
  'signed_in',
  'console',
  'console_failed',
  'credentials',
  'credentials_failed',
  'refused',
  'session_ended',
  'passkey_added',
  'passkey_removed',
  'command_line',
] as const;

export const Activity = z.object({
  kind: z.enum(ACTIVITY_KINDS),
  /** A role or a connection, by its id or name. */
  subject: z.string(),
  at: z.iso.datetime(),
});
export type Activity = Readonly<z.infer<typeof Activity>>;
