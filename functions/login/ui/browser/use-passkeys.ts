// Completes the forms of passkeys: asks the authenticator when one is sent, puts the answer into it, and sends it on.
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

function complete(form: HTMLFormElement, say: (words: string) => void): void {
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
        say(fault.textContent ?? '');
      },
    );
  });
  fields.disabled = false;
}

/** Browsers that cannot speak WebAuthn's JSON are those of before 2025; they sign in at the company. */
const areSpoken = (): boolean =>
  'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

export function usePasskeys(say: (words: string) => void): void {
  for (const form of findAll(HTMLFormElement, 'form[data-passkey]')) {
    if (areSpoken()) complete(form, say);
    else form.hidden = true;
  }
}
