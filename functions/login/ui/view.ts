// What every page needs besides its own content. Made anew for each request: it holds the nonce and the form token.

import type { PageName } from '../paths/page-paths.ts';
import type { Messages } from './messages/message-keys.ts';
import type { Language } from './model/language.ts';

export interface AssetPaths {
  readonly stylesheet: string;
  readonly script: string;
  readonly icon: string;
}

export interface SignedInView {
  readonly name: string;
  readonly formToken: string;
  /** The answer has a new cookie with it, which the page shows at once: until then a copy of the old one is as good. */
  readonly showsCookie?: boolean;
}

export interface View {
  readonly language: Language;
  readonly messages: Messages;
  readonly nonce: string;
  readonly assets: AssetPaths;
  /** The page that it is, or the one to come back to after a change of language. */
  readonly page: PageName;
  /** Where to come back to instead, when it is a page with more to it than its name. */
  readonly here?: string;
  /** Of a page that answers a form: what the browser is to ask for when somebody comes back to it. */
  readonly address?: string;
  readonly person: SignedInView | undefined;
  readonly now: Date;
}
