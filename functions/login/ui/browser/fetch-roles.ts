// Searches a list that is too long to be in the page whole: asks for the page of what is typed, and shows its list in place
// of this one. Without it the same field asks by its button.
import { COOKIE_PATH } from '../../paths/page-paths.ts';
import { find } from './find.ts';
import { keepSearch } from './keep-search.ts';

/** Between two letters of somebody who types. */
const PAUSE_MS = 250;
const RESULTS = '[data-results]';

/** The answer may have brought another cookie: shown at once, as a page does that is loaded, or a copy of the old is as good. */
function showCookie(page: Document): void {
  if (page.querySelector(`img[src="${COOKIE_PATH}"]`)) new Image().src = COOKIE_PATH;
}

export function fetchRoles(): void {
  const field = find(HTMLInputElement, '[data-ask]');
  const results = find(HTMLElement, RESULTS);
  if (!(field?.form && results)) return;
  const { action } = field.form;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();

  const ask = async (): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    const text = field.value.trim();
    const url = new URL(action);
    if (text !== '') url.searchParams.set('q', text);
    const answer = await fetch(url, { signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = page.querySelector(RESULTS);
    // Signed out meanwhile, or an outage: the page itself says so, and what to do.
    if (!answer.ok || !found) location.assign(url);
    else results.replaceChildren(...found.childNodes);
    showCookie(page);
    keepSearch(text);
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Another letter came meanwhile, or the network is away: what is typed next asks again.
      ask().catch(() => undefined);
    }, PAUSE_MS);
  });
}
