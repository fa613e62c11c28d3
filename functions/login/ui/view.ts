// The view model that all pages share. It belongs to one request, because it holds the nonce and the CSRF token.
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
  /** The response has a new cookie. The page uses it at once, because the old one is valid until then. */
  readonly showsCookie?: boolean;
}

export interface View {
  readonly language: Language;
  readonly messages: Messages;
  readonly nonce: string;
  readonly assets: AssetPaths;
  /** This page, or the page to return to after a change of language. */
  readonly page: PageName;
  /** The path to return to instead, for a page with parameters. */
  readonly here?: string;
  /** For a page that answers a form: the path that a reload loads. */
  readonly address?: string;
  readonly person: SignedInView | undefined;
  readonly now: Date;
}
