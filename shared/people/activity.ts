// The recent activity of a person, which only that person sees. The audit trail is the record.
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
  /** The id or name of the role, connection, passkey or device that the activity concerns. */
  subject: z.string(),
  at: z.iso.datetime(),
});
export type Activity = Readonly<z.infer<typeof Activity>>;
