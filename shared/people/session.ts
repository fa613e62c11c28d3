// A person's session, as stored in table `people`. It holds hashes of the secrets of the browser or command line.
import * as z from 'zod';
import { ConnectionId, RoleId } from '../kernel/names.ts';
import { LeaverGenerations } from './leaver.ts';

/** The id of a session in the audit trail and on its owner's pages. It does not open the session. */
export const SessionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

/** The id of what a session is rechecked by; see recheck.ts. */
export const RecheckId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .brand<'RecheckId'>();
export type RecheckId = z.infer<typeof RecheckId>;

export const When = z.union([z.date(), z.iso.datetime().transform((text) => new Date(text))]);

/** The names of the person and the session at a SAML identity provider. A logout request that begins here repeats them. */
export const SamlName = z.object({
  nameId: z.string(),
  format: z.string().optional(),
  nameQualifier: z.string().optional(),
  spNameQualifier: z.string().optional(),
  sessionIndex: z.string().optional(),
});
export type SamlName = z.infer<typeof SamlName>;

/** The result of a sign-on: what the identity provider says of a person. Every kind of sign-on returns it. */
export const SignedOn = z.object({
  connection: ConnectionId,
  subject: z.string(),
  groups: z.array(z.string()),
  /** The person link: the value of the claim that the connection declares with `person`. Absent: it declared none. */
  person: z.string().optional(),
  /** The claims that the connection maps, by the names that session tokens give them. */
  claims: z.record(z.string(), z.json()),
  /**
   * The claims that the connection reads, by the identity provider's own names. A `require` that is added later is checked
   * against them. They are in no token and on no page.
   */
  said: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** When the person authenticated at the identity provider (`auth_time`, AuthnInstant). Absent: it did not say. */
  authenticatedAt: When.optional(),
  /** Authentication methods (RFC 8176). `mfa` means a second factor. Empty: the provider named none. */
  methods: z.array(z.string()),
  /** The provider's id of its session, by which it may end this one. */
  idpSession: z.string().optional(),
  samlName: SamlName.optional(),
  /** The latest end: the provider's (SAML SessionNotOnOrAfter), or that of the last sign-on, for a passkey. */
  endsBy: When.optional(),
});
export type SignedOn = z.infer<typeof SignedOn>;

const MAX_DEVICE_CHARACTERS = 64;

/** The name that a computer gives itself. Not verified. Printable, so that it cannot rearrange a page. */
export const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_DEVICE_CHARACTERS)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);

/** The part of a session whose client speaks the CloudSSO dialect. In place of a refresh token it has an access token. */
const CloudSsoSession = z.object({
  /** The role that the token is bound to: the first one that it took. Absent: it has taken none. */
  bound: z.object({ account: z.string(), role: RoleId }).optional(),
});

/** The part of a command line's session. In place of a cookie it has a refresh token. */
const CommandLine = z.object({
  /** The browser session in which the person approved, by its root. */
  approvedIn: SessionId,
  device: DeviceName.optional(),
  startedAt: When,
  /** SHA-256 of the family in all its refresh tokens, which tells an old token from a forged one. */
  familyHash: z.string(),
  /** SHA-256 of the secret before the last rotation, for a client that lost the response. */
  previousHash: z.string().optional(),
  cloudSso: CloudSsoSession.optional(),
});

/** What a person proved in the browser after the sign-on, with a passkey. */
const Proof = z.object({ methods: z.array(z.string()), authenticatedAt: When });

/** A secret that was sent to the browser, which has not used it yet: it may have lost the response. */
const NextSecret = z.object({
  hash: z.string(),
  /** When it was sent last. */
  sentAt: When,
  /** The secret is derived from the current one and this salt, so that concurrent requests get the same. Absent: sent once. */
  salt: z.string().optional(),
  /** Becomes part of the session when the secret is used. A holder of a copy of the current secret has not proved it. */
  proof: Proof.optional(),
});

/** The part of a browser's session: the rotation of its cookie. */
const Cookie = z.object({
  /** SHA-256 of the family in all its cookies, which tells an old cookie from a forged one. */
  familyHash: z.string(),
  next: NextSecret.optional(),
  /** The previous secret, for requests that the browser sent before it had the current one. */
  previous: z
    .object({
      hash: z.string(),
      until: When,
      /** Its holder proved less, so it opens nothing. Its use is not a theft. */
      opensNothing: z.boolean(),
    })
    .optional(),
});

export const Session = z.object({
  ...SignedOn.shape,
  id: SessionId,
  signedOnAt: When,
  lastSeenAt: When,
  /** SHA-256 of the secret of its cookie, refresh token or access token, base64url. */
  secretHash: z.string(),
  /** When that secret was issued. */
  rotatedAt: When,
  /** The CSRF token in every form of this session's pages. */
  formToken: z.string(),
  /** The User-Agent header, by which people tell their sessions apart. */
  browser: z.string(),
  /** The ID token of the sign-on, sealed, for the provider's sign-out (`id_token_hint`). */
  idTokenHint: z.string().optional(),
  /** The first session of the person in this browser, if later ones replaced it. Absent: this one. */
  root: SessionId.optional(),
  /** Present: the session began with a passkey, without the identity provider. */
  byPasskey: z.literal(true).optional(),
  /** The provider's refresh token of its sign-on. Absent: the provider gave none, or the connection wanted none. */
  recheck: RecheckId.optional(),
  /** When the provider last said what the session has of it. Absent: at the sign-on, or for a passkey before that. */
  confirmedAt: When.optional(),
  /** A session has either `cookie` (a browser) or `commandLine`. */
  cookie: Cookie.optional(),
  commandLine: CommandLine.optional(),
  /** The number of flushes of all sign-ins before it began. A later flush ends it. Absent: none. */
  generation: z.int().optional(),
  /** Of the person's leaver rows when it began. A later change ends it. Absent: there were no rows. */
  leaverGenerations: LeaverGenerations.optional(),
  /** The number of writes, for optimistic locking. */
  version: z.int(),
});
export type Session = z.infer<typeof Session>;
