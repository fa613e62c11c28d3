// A browser of few talents: keeps cookies for each host as RFC 6265 says, sends them as SameSite says, follows redirects,
// fills in forms. Remembers where it went.
const MAX_REDIRECTS = 12;

interface Cookie {
  readonly value: string;
  readonly attributes: string;
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The character references that pages of identity providers use. */
const REFERENCES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#039;': "'",
  '&#39;': "'",
};
const decoded = (text: string): string => text.replace(/&[^;]{2,4};/g, (found) => REFERENCES[found] ?? found);

const attribute = (tag: string, name: string): string =>
  decoded(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

/** The page from the form on that leads to `action`, for `submit`; a page has several forms. */
export const formTo = (page: Page, action: string): Page => ({
  ...page,
  text: page.text.slice(page.text.lastIndexOf('<form', page.text.indexOf(`action="${action}"`))),
});

export type Fetch = (request: Request) => Response | Promise<Response>;

export class Browser {
  readonly visited: URL[] = [];
  readonly #jars = new Map<string, Map<string, Cookie>>();
  readonly #fetch: Fetch;

  /** `fetch` reaches the network, or an app in memory. */
  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The cookies of a host, by name; cookies do not tell ports apart (RFC 6265 section 8.5). */
  jar(hostname: string): Map<string, Cookie> {
    const jar = this.#jars.get(hostname) ?? new Map<string, Cookie>();
    this.#jars.set(hostname, jar);
    return jar;
  }

  #keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
      const isGone = /max-age=0/i.test(attributes) || /expires=Thu, 01 Jan 1970/i.test(attributes);
      if (isGone) this.jar(url.hostname).delete(name);
      else this.jar(url.hostname).set(name, { value, attributes });
    }
  }

  /** With a POST from another site go only the cookies that say so (RFC 6265bis section 5.8.3). */
  #cookiesFor(url: URL, { method = 'GET', headers }: RequestInit): readonly string[] {
    const origin = new Headers(headers).get('origin');
    // A site that hides where it is says `null`.
    const from = origin !== null && URL.canParse(origin) ? new URL(origin).hostname : origin;
    const isForeign = method !== 'GET' && from !== null && from !== url.hostname;
    return [...this.jar(url.hostname)]
      .filter(([, { attributes }]) => !isForeign || /samesite=none/i.test(attributes))
      .map(([name, { value }]) => `${name}=${value}`);
  }

  /** One request, and no redirect followed. */
  async request(url: URL, init: RequestInit = {}): Promise<Page> {
    this.visited.push(url);
    const headers = new Headers(init.headers);
    const cookies = this.#cookiesFor(url, init);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const response = await this.#fetch(new Request(url, { ...init, headers, redirect: 'manual' }));
    this.#keep(url, response.headers);
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  }

  /** As a person goes there: until a page, or until `stop` says that an address is far enough. */
  async open(
    url: URL | string,
    stop: (next: URL) => boolean = () => false,
    init?: RequestInit,
  ): Promise<Page> {
    let page = await this.request(new URL(url), init);
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      const location = page.headers.get('location');
      if (location === null) return page;
      const next = new URL(location, page.url);
      if (stop(next)) return page;
      page = await this.request(next);
    }
    throw new Error('redirected in a circle');
  }

  /** Sends a form of the page, to where the page is unless it says otherwise. */
  submit(page: Page, fields: Readonly<Record<string, string>>, stop?: (next: URL) => boolean): Promise<Page> {
    const action = decoded(/<form[^>]*action="([^"]*)"/.exec(page.text)?.[1] ?? page.url.href);
    const hidden = [...page.text.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)].map(([input]) => input);
    const body = new URLSearchParams({
      ...Object.fromEntries(hidden.map((input) => [attribute(input, 'name'), attribute(input, 'value')])),
      ...fields,
    });
    const target = new URL(action, page.url);
    const site = target.origin === page.url.origin ? 'same-origin' : 'cross-site';
    const headers = { origin: page.url.origin, 'sec-fetch-site': site };
    return this.open(target, stop, { method: 'POST', body, headers });
  }
}
