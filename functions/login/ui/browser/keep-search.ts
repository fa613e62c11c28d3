// Keeps the search text in the URL, for reloads and the back button, and in the links to the other languages.
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
