// Reads a request's body before its handler runs, and never more than Stint can hold. Who hangs up before its end is no
// fault of ours.
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';

/** A SAML response with its certificates, in base64, and a form around it. */
const MAX_SAML_BYTES = 262_144;
/** A token of 20,000 characters, or what an authenticator answers, and a form around it. */
const MAX_BYTES = 65_536;

const takesSaml = (c: LoginContext): boolean => c.req.path.startsWith('/login/saml/');

export const readBody = (deps: LoginDeps) => {
  const within = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: (c: LoginContext) => failurePage(c, { code: 'too_large', reason: 'body-too-large' }, deps),
    });
  const [ofSaml, ofOthers] = [within(MAX_SAML_BYTES), within(MAX_BYTES)];
  /** The refusal, if it is one. */
  const read = async (c: LoginContext) => {
    try {
      return await (takesSaml(c) ? ofSaml : ofOthers)(c, async () => {
        // hono keeps it for whoever asks for the form.
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
