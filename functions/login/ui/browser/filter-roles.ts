// Filters the list of roles while a person types. Without scripts, the button of the field submits the search.
import { formatCount } from '../model/format.ts';
import { find, findAll } from './find.ts';
import { keepSearch } from './keep-search.ts';

/** The text to search: the role's own words, and the names of its groups. */
function textOf(role: HTMLElement): string {
  const words = [role.querySelector('.about')?.textContent ?? ''];
  for (let group = role.closest<HTMLElement>('[data-group]'); group; ) {
    words.push(group.dataset['group'] ?? '');
    group = group.parentElement?.closest<HTMLElement>('[data-group]') ?? null;
  }
  return words.join(' ').toLowerCase();
}

export function filterRoles(): void {
  const field = find(HTMLInputElement, '[data-filter]');
  const count = find(HTMLElement, '[data-count]');
  const noMatch = find(HTMLElement, '[data-no-match]');
  if (!(field && count && noMatch)) return;
  const roles = findAll(HTMLElement, '.role').map((role) => ({ role, text: textOf(role) }));
  const groups = findAll(HTMLElement, '[data-group]');
  const phrase = { one: count.dataset['one'] ?? '', other: count.dataset['other'] ?? '' };

  const show = (): void => {
    const words = field.value.toLowerCase().trim().split(/\s+/);
    for (const { role, text } of roles) role.hidden = !words.every((word) => text.includes(word));
    for (const group of groups) group.hidden = !group.querySelector('.role:not([hidden])');
    const shown = roles.filter(({ role }) => !role.hidden).length;
    noMatch.hidden = shown > 0;
    count.textContent = formatCount(phrase, shown);
  };
  field.addEventListener('input', () => {
    show();
    keepSearch(field.value.trim());
  });
  // A browser that returns to the page restores the text of the field.
  show();
}
