// Copies what a button is for, and says so on the button and to screen readers.
import { find, findAll } from './find.ts';

const SHOWN_MS = 2_000;

export function copyText(say: (words: string) => void): void {
  const words = find(HTMLElement, '[data-credentials]')?.dataset;
  for (const button of findAll(HTMLButtonElement, '[data-copy]')) {
    const label = button.firstChild;
    const usual = label?.textContent ?? '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (text: string): void => {
      say(text);
      if (label) label.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (label) label.textContent = usual;
      }, SHOWN_MS);
    };
    button.addEventListener('click', () => {
      const text = document.getElementById(button.dataset['copy'] ?? '')?.textContent ?? '';
      navigator.clipboard.writeText(text).then(
        () => show(words?.['copied'] ?? ''),
        () => say(words?.['copyFailed'] ?? ''),
      );
    });
  }
}
