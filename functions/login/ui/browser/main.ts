// The entry point of the portal's script. Each part looks for its own elements and does nothing without them, so every page
// works without scripts.
import { copyText } from './copy-text.ts';
import { fetchRoles } from './fetch-roles.ts';
import { filterRoles } from './filter-roles.ts';
import { find } from './find.ts';
import { holdCredentials } from './hold-credentials.ts';
import { usePasskeys } from './use-passkeys.ts';

/** Announces a change to screen readers. */
function announce(words: string): void {
  const region = find(HTMLElement, '[data-says]');
  if (region) region.textContent = words;
}

/**
 * Replaces the URL of a page that answered a form by the URL of a page that GET can load. Otherwise a reload or the back
 * button would make the browser submit the form again.
 */
function settleAddress(): void {
  const { address } = document.documentElement.dataset;
  if (address !== undefined) history.replaceState(null, '', address);
}

/** Submits the form that leads to the sign-out of the identity provider. */
const leave = (): void => find(HTMLFormElement, 'form[data-leaves]')?.submit();

settleAddress();
leave();
filterRoles();
fetchRoles();
copyText(announce);
usePasskeys(announce);
holdCredentials(announce);
