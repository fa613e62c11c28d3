// Copies the text that belongs to a button, and confirms it on the button and to screen readers.
import { find, findAll } from './find.ts';

const SHOWN_MS = 2_000;

export function copyText(announce: (words: string) => void): void {
  const words = find(HTMLElement, '[data-credentials]')?.dataset;
  for (const button of findAll(HTMLButtonElement, '[data-copy]')) {
    const label = button.firstChild;
    const usual = label?.textContent ?? '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (text: string): void => {
      announce(text);
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
          // Select the text, so that the person can copy it with the keyboard.
          if (source) getSelection()?.selectAllChildren(source);
          show(words?.['notCopied'] ?? '');
          announce(words?.['copyFailed'] ?? '');
        },
      );
    });
  }
}
