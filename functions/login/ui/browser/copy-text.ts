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
      const source = document.getElementById(button.dataset['copy'] ?? '');
      navigator.clipboard.writeText(source?.textContent ?? '').then(
        () => show(words?.['copied'] ?? ''),
        () => {
          // So that the usual key for copying does the rest.
          if (source) getSelection()?.selectAllChildren(source);
          show(words?.['notCopied'] ?? '');
          say(words?.['copyFailed'] ?? '');
        },
      );
    });
  }
}
