// Signing out: ends the session of this browser, and then leads to the identity provider's own sign-out, if it has one (OpenID
// Connect RP-Initiated Logout 1.0, SAML Single Logout).
import { Hono } from 'hono';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { PORTAL_PATHS, SIGN_OUT_PATH } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import { guardForms } from '../request/guard-forms.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { record } from '../request/record.ts';
import { leadFormTo } from '../request/security-headers.ts';
import { endWithCommandLines } from '../sessions/end-sessions.ts';
import { openHint } from '../sessions/id-token-hint.ts';
import { noteOwnSignOut } from '../sessions/provider-logout.ts';
import { withSession } from '../sessions/resume-session.ts';
import { clearSessionCookie } from '../sessions/session-cookie.ts';
import { beginLogout } from '../sign-on-saml/saml-logout.ts';
import { type LeavingForm, SignedOutPage } from '../ui/pages/signed-out-page.tsx';

/** The URL to go to next, and the form to submit instead of it. */
interface Onward {
  readonly next: string;
  readonly form?: LeavingForm;
}

/**
 * Keycloak with default settings answers 414 to a request line of more than 4,096 characters, other servers to one of 8,192, and
 * Function Compute limits all headers of a response to 8 KB. A longer URL goes without the hint: then the provider may ask the
 * person, where a URL that it cannot read would never sign them out.
 */
const MAX_URL_CHARACTERS = 4_000;

/** The parameters that move from the URL to the form, besides the hint. */
const FORM_PARAMETERS = ['client_id', 'post_logout_redirect_uri'];

/**
 * The form for a connection with `signOutBy: post`, which keeps the ID token out of URLs. Not the default: browsers send no
 * cookies with SameSite=Lax in a POST from another site (RFC 6265bis section 5.6.7.1), so a provider with such cookies would
 * consider the person signed out already and leave its session open.
 */
function leavingForm(url: URL, idToken: Secret<string>): LeavingForm {
  const action = new URL(url);
  for (const name of FORM_PARAMETERS) action.searchParams.delete(name);
  const fields = FORM_PARAMETERS.map((name) => [name, url.searchParams.get(name) ?? ''] as const);
  return {
    action: action.href,
    fields: { ...Object.fromEntries(fields), id_token_hint: idToken.reveal() },
  };
}

/**
 * Adds the ID token hint. Without it, a provider may ask the person, or do nothing (OpenID Connect RP-Initiated Logout 1.0
 * section 2).
 */
function addHint(url: URL, idToken: Secret<string> | undefined, { signOutBy }: OidcConnection): Onward {
  if (idToken === undefined) return { next: url.href };
  if (signOutBy === 'post') return { next: url.href, form: leavingForm(url, idToken) };
  const next = new URL(url);
  next.searchParams.set('id_token_hint', idToken.reveal());
  return { next: next.href.length > MAX_URL_CHARACTERS ? url.href : next.href };
}

/** Undefined: the provider has no sign-out, is down, or is not configured any more. The person is signed out here anyway. */
async function findOnward(
  c: LoginContext,
  { connection: id, samlName, idTokenHint }: Session,
  deps: LoginDeps,
): Promise<Onward | undefined> {
  const signOn = await currentSignOn(deps.signOn);
  const connection = signOn.ok ? signOn.value.connections.find((one) => one.id === id) : undefined;
  if (connection === undefined) return undefined;
  if (connection.kind === 'saml') {
    const flushed = signOn.ok ? signOn.value.flushed : undefined;
    const next = await beginLogout(c, { connection, flushed }, samlName, deps);
    return next === undefined ? undefined : { next };
  }
  const url = await deps.oidc.endSessionUrl(connection, `${deps.publicUrl}${PORTAL_PATHS.roles}`);
  if (!url.ok || url.value === undefined) return undefined;
  const idToken = await openHint(idTokenHint, c.get('now'), deps.tokens.keys);
  return addHint(url.value, idToken, connection);
}

/** Whether the browser will go to the provider: it does after a navigation, and not after a script's request (Fetch Metadata section 2.2). */
const willFollow = (c: LoginContext): boolean => c.req.header('sec-fetch-mode') === 'navigate';

/** POST /login/sign-out. */
export const signOutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post(SIGN_OUT_PATH, withSession(deps), guardForms(deps), async (c) => {
    const session = c.get('signedIn')?.session;
    const ended = await endWithCommandLines(session ? [session] : [], deps);
    if (!ended.ok) return failurePage(c, storeUnavailable(ended.error), deps);
    clearSessionCookie(c);
    c.set('signedIn', undefined);
    const who = session && {
      connection: session.connection,
      subject: session.subject,
      session: session.id,
    };
    const recorded = await record(c, { action: 'sign-out', ...who }, deps);
    if (!recorded.ok) return failurePage(c, recorded.error, deps);
    const onward = session && (await findOnward(c, session, deps));
    // If this cannot be stored, at worst the person's passkey does not work until their next sign-on.
    if (session && onward && willFollow(c)) await noteOwnSignOut(session, c.get('now'), deps.once);
    const { next, form } = onward ?? { next: `${deps.publicUrl}${PORTAL_PATHS.roles}` };
    // A page instead of a redirect, because the target is only known now and the headers of the form allow this site alone. The
    // page goes there by itself, or by its script if there is a form to submit.
    if (form) leadFormTo(c, form.action);
    else c.header('refresh', `0; url=${next}`);
    return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next, form, outcome: 'leaving' }));
  });
