// A person's session, as kept in table `people`. Holds the hash of what the browser has, never that itself.
import * as z from 'zod';
import { ConnectionId } from '../kernel/names.ts';

/** Names a session to its owner and in the audit trail. It opens nothing. */
export const SessionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

export const When = z.union([z.date(), z.iso.datetime().transform((text) => new Date(text))]);

/** How a SAML identity provider called the person and its session. A logout that begins here must call them the same. */
export const SamlName = z.object({
  nameId: z.string(),
  format: z.string().optional(),
  nameQualifier: z.string().optional(),
  spNameQualifier: z.string().optional(),
  sessionIndex: z.string().optional(),
});
export type SamlName = z.infer<typeof SamlName>;

/** What a connection's verifier says of a person; every kind of sign-on ends in this one value. */
export const SignedOn = z.object({
  connection: ConnectionId,
  subject: z.string(),
  groups: z.array(z.string()),
  /** The claims that the connection maps, by the names that session tokens give them. */
  claims: z.record(z.string(), z.json()),
  /**
   * What the identity provider said, by its own names, of the claims that the connection reads: a `require` that is added
   * later is judged by these. Not told to anybody.
   */
  said: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** When the identity provider asked for a proof; absent where it did not say. */
  authenticatedAt: When.optional(),
  /** Authentication methods (RFC 8176); `mfa` among them stands for a second factor. None: it named none. */
  methods: z.array(z.string()),
  /** The identity provider's own name for its session, by which it may end ours. */
  idpSession: z.string().optional(),
  samlName: SamlName.optional(),
  /** When the identity provider wants ours to end at the latest. */
  endsBy: When.optional(),
});
export type SignedOn = z.infer<typeof SignedOn>;

const MAX_DEVICE_CHARACTERS = 64;

/** What a computer says it is called; whoever asks may say anything. Printable, so that it cannot rearrange a page. */
export const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_DEVICE_CHARACTERS)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);

/** Of a session on a command line: in place of a cookie it has a refresh token. */
const CommandLine = z.object({
  /** The browser that said yes, by the first of its person's sessions in a row. */
  approvedIn: SessionId,
  device: DeviceName.optional(),
  startedAt: When,
  /** SHA-256 of what all its refresh tokens have in common: by that an old one is known from one that is made up. */
  familyHash: z.string(),
  /** The secret before the last rotation: whoever lost the answer still has it. */
  previousHash: z.string().optional(),
});

/** What a person proved in the browser, beyond the sign-on. */
const Proof = z.object({ methods: z.array(z.string()), authenticatedAt: When });

/** A secret that a browser was sent and has not shown yet: the answer with it may have been lost. */
const NextSecret = z.object({
  hash: z.string(),
  /** The last time. */
  sentAt: When,
  /** Told from the secret in use and this, so that every request of these seconds gets the same one. Absent: sent once. */
  salt: z.string().optional(),
  /** What the session says once the secret is shown; whoever has a copy of the secret in use has not proved it. */
  proof: Proof.optional(),
});

/** Of a session in a browser: how its cookie changes. */
const Cookie = z.object({
  /** SHA-256 of what all its cookies have in common: by that an old one is known from one that is made up. */
  familyHash: z.string(),
  next: NextSecret.optional(),
  /** The secret before, for requests that left the browser before it had the one in use. */
  previous: z
    .object({
      hash: z.string(),
      until: When,
      /** Less was proved with it: it opens nothing, and its use is no theft. */
      opensNothing: z.boolean(),
    })
    .optional(),
});

export const Session = z.object({
  ...SignedOn.shape,
  id: SessionId,
  signedOnAt: When,
  lastSeenAt: When,
  /** SHA-256 of the secret of its cookie or refresh token, base64url. */
  secretHash: z.string(),
  /** When that secret was handed out. */
  rotatedAt: When,
  /** Every form of this session's pages carries it. */
  formToken: z.string(),
  /** What the browser calls itself, for people to tell their sessions apart. */
  browser: z.string(),
  /** The ID token that it began with, sealed: a sign-out shows it to the provider that signed it. */
  idTokenHint: z.string().optional(),
  /** The first of its person's sessions in this browser, each in place of the one before. Absent: this one. */
  root: SessionId.optional(),
  /** Present: a passkey stood for the identity provider when the session began. */
  byPasskey: z.literal(true).optional(),
  /** One of the two: it is a browser's, or a command line's. */
  cookie: Cookie.optional(),
  commandLine: CommandLine.optional(),
  /** Which flush of sign-ins it came after: after a later one it is over. Absent: there was none. */
  generation: z.int().optional(),
  /** Counts writes, so that a write can tell whether it knew the last one. */
  version: z.int(),
});
export type Session = z.infer<typeof Session>;
