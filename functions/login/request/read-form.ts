// The fields of a posted form. Anybody can post one, and before a session is looked for, so reading it costs no more than
// reading a form of ours: one encoding, and a few fields. Browsers, identity providers and command lines send no other.
import type { LoginContext } from './login-env.ts';

type FormFields = Readonly<Record<string, string>>;

/** The largest forms have six; identity providers add some of their own. */
const MAX_FIELDS = 50;

/** HTML's default (RFC 6749 appendix B, saml-bindings section 3.5.4). Multipart is for files, and nobody sends us one. */
export const isForm = (c: LoginContext): boolean =>
  c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ===
  'application/x-www-form-urlencoded';

/** What is no form, or has too many fields, has none: whoever asks for one refuses then. Of two with one name the last. */
export async function readForm(c: LoginContext): Promise<FormFields> {
  if (!isForm(c)) return {};
  const encoded = await c.req.text();
  const isSmall = encoded.split('&', MAX_FIELDS + 1).length <= MAX_FIELDS;
  return isSmall ? Object.fromEntries(new URLSearchParams(encoded)) : {};
}
