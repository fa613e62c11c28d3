// What the portal's pages do with scripts on: each part looks for its own elements, and does nothing without them.
import { askRoles } from './ask-roles.ts';
import { copyText } from './copy-text.ts';
import { filterRoles } from './filter-roles.ts';
import { find } from './find.ts';
import { holdCredentials } from './hold-credentials.ts';
import { leave } from './leave.ts';
import { settleAddress } from './settle-address.ts';
import { usePasskeys } from './use-passkeys.ts';

/** To whoever cannot see what has changed. */
function say(words: string): void {
  const region = find(HTMLElement, '[data-says]');
  if (region) region.textContent = words;
}

settleAddress();
leave();
filterRoles();
askRoles();
copyText(say);
usePasskeys(say);
holdCredentials(say);
