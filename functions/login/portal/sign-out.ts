// POST /login/sign-out: ends this browser's session, and then goes to the identity provider, where there is a way to end
// its session too (OpenID Connect RP-Initiated Logout 1.0, SAML Single Logout).
import { Hono } from 'hono';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { SIGN_OUT_PATH } from '../paths/page-paths.ts';
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

interface Onward {
  readonly next: string;
  readonly form?: LeavingForm;
}

/**
 * Keycloak answers 414 to a request line of more than 4,096 characters as it is delivered, other servers to one of 8,192;
 * and Function Compute lets all headers of an answer have 8 KB together. Asked without the hint, a provider signs out after
 * a question at worst; asked with one that it does not read, never.
 */
const MAX_ADDRESS_CHARACTERS = 4_000;

/** What goes into the form in place of the address, with the hint. */
const SENT = ['client_id', 'post_logout_redirect_uri'];

/**
 * Keeps the ID token out of addresses. Browsers send cookies of SameSite=Lax with no POST from another site, so that a
 * provider that has such ones would take the person for signed out already, and leave its session open.
 */
function leavingForm(url: URL, idToken: Secret<string>): LeavingForm {
  const action = new URL(url);
  for (const name of SENT) action.searchParams.delete(name);
  const fields = SENT.map((name) => [name, url.searchParams.get(name) ?? ''] as const);
  return {
    action: action.href,
    fields: { ...Object.fromEntries(fields), id_token_hint: idToken.reveal() },
  };
}

/**
 * OpenID Connect RP-Initiated Logout 1.0 section 2: a provider may ask the person, or do nothing, without a hint of whom it
 * is to sign out.
 */
function showWhom(url: URL, idToken: Secret<string> | undefined, { signOutBy }: OidcConnection): Onward {
  if (idToken === undefined) return { next: url.href };
  if (signOutBy === 'post') return { next: url.href, form: leavingForm(url, idToken) };
  const next = new URL(url);
  next.searchParams.set('id_token_hint', idToken.reveal());
  return { next: next.href.length > MAX_ADDRESS_CHARACTERS ? url.href : next.href };
}

/** Undefined also when the provider is down or gone: here the person is signed out all the same. */
async function findOnward(
  c: LoginContext,
  { connection: id, samlName, idTokenHint }: Session,
  deps: LoginDeps,
): Promise<Onward | undefined> {
  const signOn = await currentSignOn(deps.signOn);
  const connection = signOn.ok ? signOn.value.connections.find((one) => one.id === id) : undefined;
  if (connection === undefined) return undefined;
  if (connection.kind === 'saml') {
    const next = await beginLogout(c, connection, samlName, deps);
    return next === undefined ? undefined : { next };
  }
  const url = await deps.oidc.endSessionUrl(connection, `${deps.publicUrl}/portal`);
  if (!url.ok || url.value === undefined) return undefined;
  const idToken = await openHint(idTokenHint, c.get('now'), deps.tokens.keys);
  return showWhom(url.value, idToken, connection);
}

/** A page that a browser navigates to is followed to the provider; a script's answer is not (Fetch Metadata, section 2.2). */
const willFollow = (c: LoginContext): boolean => c.req.header('sec-fetch-mode') === 'navigate';

export const signOutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post(SIGN_OUT_PATH, withSession(deps), guardForms(deps), async (c) => {
    const session = c.get('signedIn')?.session;
    const ended = await endWithCommandLines(session ? [session] : [], deps.sessions);
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
    // Where it is not noted, the worst is that a passkey has to wait for the next sign-on.
    if (session && onward && willFollow(c)) await noteOwnSignOut(session, c.get('now'), deps.once);
    const { next, form } = onward ?? { next: `${deps.publicUrl}/portal` };
    // A page that leads on, because only now is it known which session of the provider it was; and at once: by itself, or
    // by its script where there is a form to send.
    if (form) leadFormTo(c, form.action);
    else c.header('refresh', `0; url=${next}`);
    return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next, form, outcome: 'leaving' }));
  });
