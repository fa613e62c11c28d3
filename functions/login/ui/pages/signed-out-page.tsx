// After a session's end here: on the way to the provider's own sign-out, which most browsers pass unseen, or back from it.
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';

/** What the provider is shown, which no address must hold: sent by a script at once, and by the button without one. */
export interface LeavingForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface SignedOutProps {
  readonly view: View;
  readonly next: string;
  /** In place of `next`. */
  readonly form?: LeavingForm | undefined;
  /** `here`: nobody knows whether the provider's session is over, too. */
  readonly outcome: 'leaving' | 'everywhere' | 'here';
}

export const SignedOutPage = ({ view, next, form, outcome }: SignedOutProps) => {
  const { title, text, goOn } = view.messages.signedOut[outcome];
  return (
    <Page view={view} title={title} layout="single">
      <section class="card">
        <Mark />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        {form ? (
          <form method="post" action={form.action} data-leaves>
            {Object.entries(form.fields).map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <button type="submit">{goOn}</button>
          </form>
        ) : (
          <a class="button" href={next}>
            {goOn}
          </a>
        )}
      </section>
    </Page>
  );
};
