// What a request brings: its body, the fields of its form, and the address of the browser. Anybody can send a request before
// a session is looked up, so each of these has a limit.
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { clientAddress } from '../../../shared/kernel/client-address.ts';
import { RoleId } from '../../../shared/kernel/names.ts';
import { SAML_PREFIX } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';

/** A SAML response with its certificates, in base64, and the form around it. */
const MAX_SAML_BYTES = 262_144;
/** A token of 20,000 characters or the answer of an authenticator, and the form around it. */
const MAX_BYTES = 65_536;

const takesSaml = (c: LoginContext): boolean => c.req.path.startsWith(SAML_PREFIX);

/**
 * Middleware that reads the body before any handler runs. Refuses a body over the limit (`too_large`) and one that the
 * sender broke off (`form_refused`, not an error of the server).
 */
export const readBody = (deps: LoginDeps) => {
  const within = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: (c: LoginContext) => failurePage(c, { code: 'too_large', reason: 'body-too-large' }, deps),
    });
  const [ofSaml, ofOthers] = [within(MAX_SAML_BYTES), within(MAX_BYTES)];
  /** The refusal, or undefined. */
  const read = async (c: LoginContext) => {
    try {
      return await (takesSaml(c) ? ofSaml : ofOthers)(c, async () => {
        // hono caches the body for the handlers.
        await c.req.arrayBuffer();
      });
    } catch {
      return failurePage(c, { code: 'form_refused', reason: 'body-aborted' }, deps);
    }
  };
  return createMiddleware<LoginEnv>(async (c, next) => {
    const refused = c.req.raw.body ? await read(c) : undefined;
    return refused ?? next();
  });
};

type FormFields = Readonly<Record<string, string>>;

/** The largest of our forms has six fields; identity providers add some of their own. */
const MAX_FIELDS = 50;

/**
 * Whether the body is a form in HTML's default encoding, the only one that browsers, identity providers (saml-bindings
 * section 3.5.4) and OAuth clients (RFC 6749 appendix B) send here. Multipart is refused, because it costs more to read.
 */
export const isForm = (c: LoginContext): boolean =>
  c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ===
  'application/x-www-form-urlencoded';

/**
 * The fields of a form; of two fields with the same name, the last one. A body that is not a form, or has more than 50
 * fields, has no fields: the handler then refuses it for the field that is missing.
 */
export async function readForm(c: LoginContext): Promise<FormFields> {
  if (!isForm(c)) return {};
  const encoded = await c.req.text();
  const isSmall = encoded.split('&', MAX_FIELDS + 1).length <= MAX_FIELDS;
  return isSmall ? Object.fromEntries(new URLSearchParams(encoded)) : {};
}

/** The role that the fields of a form or query name. Undefined: none, or not a valid role id. */
export const readRole = ({ role }: Readonly<Record<string, unknown>>): RoleId | undefined =>
  RoleId.safeParse(role).data;

/** The IP address of the browser. Undefined: no header is configured, or the header holds no single address. */
export const browserAddress = (
  c: LoginContext,
  { clientIpHeader }: Pick<LoginDeps, 'clientIpHeader'>,
): string | undefined =>
  clientAddress(clientIpHeader === undefined ? undefined : c.req.header(clientIpHeader));
