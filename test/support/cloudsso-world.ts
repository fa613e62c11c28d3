// Login with the CloudSSO dialect, in front of a whole vend. Both go by one clock; alice is signed on in a browser, and may take
// a role in each of two accounts.
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { grantTo, provider, role } from './builders.ts';
import { CLOUDSSO } from './cloudsso.ts';
import { PORTAL, SESSION_COOKIE } from './login-app.ts';
import { clientOf } from './portal-and-vend.ts';
import { startPortal } from './portal-app.ts';
import { type Settings, startVend } from './vend-app.ts';

const LOGIN = `${PORTAL}/login`;
export const OTHER_ACCOUNT = '6543210987654321';

/** alice may take the first two. */
const ROLES = [
  role(),
  role({ id: 'arms-reader', roleArn: `acs:ram::${OTHER_ACCOUNT}:role/arms-reader` }),
  role({ id: 'billing', roleArn: `acs:ram::${OTHER_ACCOUNT}:role/billing` }),
];

export async function startCloudSso(parts: Partial<LoginDeps> = {}, settings: Settings = {}) {
  const vend = startVend(settings);
  const staff = { id: 'staff', issuer: LOGIN, algorithms: ['ES256' as const], maxTokenAgeSeconds: 300 };
  vend.store.providers = [provider({ ...staff, addressFromToken: true })];
  vend.store.roles = ROLES;
  vend.store.grants = ['media-uploader', 'arms-reader'].map((id) =>
    grantTo(
      { kind: 'sub', name: 'corporate:alice' },
      { id: `grant-${id}`, role: id, sessionPolicy: 'inherit' },
      'staff',
    ),
  );
  const portal = await startPortal({
    clock: vend.clock,
    vend: clientOf(vend),
    cloudSsoUrl: CLOUDSSO,
    ...parts,
  });
  vend.keys.sets.set(LOGIN, { keys: [...portal.deps.tokens.keys.published] });

  /** A browser in which this person is signed on. */
  const signOn = async (subject: string, groups: string[] = []) => {
    const browser = portal.login.browser();
    const { cookie } = await portal.signIn(subject, groups);
    const value = cookie.slice(SESSION_COOKIE.length + 1);
    browser.jar(new URL(PORTAL).hostname).set(SESSION_COOKIE, { value, attributes: '' });
    return browser;
  };
  return { vend, portal, login: portal.login, clock: vend.clock, alice: await signOn('alice'), signOn };
}

export type CloudSsoWorld = Awaited<ReturnType<typeof startCloudSso>>;
