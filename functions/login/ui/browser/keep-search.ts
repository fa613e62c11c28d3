// Keeps what somebody searches for while they type: in the address, for whoever reloads or comes back, and in the links that
// bring the page again in another language.
import { RETURN_TO } from '../../paths/page-paths.ts';
import { findAll } from './find.ts';

export function keepSearch(text: string): void {
  const here = new URL(location.href);
  if (text === '') here.searchParams.delete('q');
  else here.searchParams.set('q', text);
  history.replaceState(null, '', here);
  for (const link of findAll(HTMLAnchorElement, '.languages a')) {
    const target = new URL(link.href);
    target.searchParams.set(RETURN_TO, here.pathname + here.search);
    link.href = target.href;
  }
}
