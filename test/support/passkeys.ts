// People with passkeys at the whole login app: what the page's script does, without a browser.
import type { Authenticator, CeremonyOptions, Forgery } from './authenticator.ts';
import type { Browser, Page } from './browser.ts';
import { PORTAL } from './login-app.ts';

export type Action = 'add' | 'confirm' | 'sign-in';

export interface Ceremony {
  readonly fields: Readonly<Record<string, string>>;
  readonly options: CeremonyOptions;
}

const decoded = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

export function hiddenFields(html: string): Record<string, string> {
  const found = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decoded(value)]));
}

/** Undefined: the page does not offer it. */
export function ceremonyOf(text: string, action: Action): Ceremony | undefined {
  const form = text.split('<form').find((part) => part.includes(`action="/login/passkeys/${action}"`));
  if (form === undefined) return undefined;
  const options = JSON.parse(decoded(/data-options="([^"]*)"/.exec(form)?.[1] ?? ''));
  return { fields: hiddenFields(form), options };
}

export async function offered(browser: Browser, action: Action): Promise<Ceremony | undefined> {
  const path = action === 'sign-in' ? '/portal/sign-in' : '/portal/passkeys';
  const { text } = await browser.request(new URL(`${PORTAL}${path}`));
  return ceremonyOf(text, action);
}

export async function ceremony(browser: Browser, action: Action): Promise<Ceremony> {
  const found = await offered(browser, action);
  if (!found) throw new Error(`${action} is not offered`);
  return found;
}

const OWN_PAGE = { origin: PORTAL, 'sec-fetch-site': 'same-origin' };

export const post = (
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = OWN_PAGE,
): Promise<Page> =>
  browser.request(new URL(`${PORTAL}${path}`), {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });

export const finish = (
  browser: Browser,
  action: Action,
  { fields }: Ceremony,
  answer: string,
  headers?: Readonly<Record<string, string>>,
): Promise<Page> =>
  post(browser, `/login/passkeys/${action}`, { name: 'Laptop', ...fields, answer }, headers);

/** From the page's offer to the answer. */
export async function perform(
  browser: Browser,
  action: Action,
  authenticator: Authenticator,
  forgery: Forgery = {},
): Promise<Page> {
  const started = await ceremony(browser, action);
  const answer =
    action === 'add'
      ? authenticator.create(started.options, forgery)
      : authenticator.get(started.options, forgery);
  return finish(browser, action, started, answer);
}
