// Completes the passkey forms: on submit, calls the authenticator (WebAuthn Level 3), puts its response into the form, and submits
// that.
import { findAll } from './find.ts';

type Json = Parameters<typeof PublicKeyCredential.parseCreationOptionsFromJSON>[0];
type RequestJson = Parameters<typeof PublicKeyCredential.parseRequestOptionsFromJSON>[0];

async function ask(form: HTMLFormElement): Promise<string> {
  const options: unknown = JSON.parse(form.dataset['options'] ?? '');
  const credential =
    form.dataset['passkey'] === 'create'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as Json), // the server's own words
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as RequestJson),
        });
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey');
  return JSON.stringify(credential.toJSON());
}

function complete(form: HTMLFormElement, announce: (words: string) => void): void {
  const answer = form.elements.namedItem('answer');
  const fault = form.querySelector('[data-passkey-fault]');
  const fields = form.querySelector('fieldset');
  if (!(answer instanceof HTMLInputElement) || !(fault instanceof HTMLElement) || !fields) return;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    fault.hidden = true;
    ask(form).then(
      (text) => {
        answer.value = text;
        form.submit();
      },
      () => {
        fault.hidden = false;
        announce(fault.textContent ?? '');
      },
    );
  });
  fields.disabled = false;
}

/** Whether the browser has WebAuthn's JSON methods. Browsers from before 2025 may not; there, people sign in at their company. */
const areSupported = (): boolean =>
  'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

export function usePasskeys(announce: (words: string) => void): void {
  for (const form of findAll(HTMLFormElement, 'form[data-passkey]')) {
    if (areSupported()) complete(form, announce);
    else form.hidden = true;
  }
}
