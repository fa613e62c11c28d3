// Searches a list of roles that is too long for one page: requests the page for the typed text and shows its list in place of
// this one. Without scripts, the button of the field submits the search.
import { COOKIE_PATH } from '../../paths/page-paths.ts';
import { find } from './find.ts';
import { keepSearch } from './keep-search.ts';

/** The pause after the last letter before a request. */
const PAUSE_MS = 250;
const RESULTS = '[data-results]';

/** Uses a new session cookie at once, as a loaded page does, which ends the validity of the old one; see COOKIE_PATH. */
function useNewCookie(page: Document): void {
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
    // The person was signed out, or there is an outage: load the page, which explains it.
    if (!answer.ok || !found) location.assign(url);
    else results.replaceChildren(...found.childNodes);
    useNewCookie(page);
    keepSearch(text);
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Aborted by another letter, or the network failed: the next letter tries again.
      ask().catch(() => undefined);
    }, PAUSE_MS);
  });
}
