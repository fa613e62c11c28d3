// The page after a sign-out: on the way to the provider's own sign-out, which most browsers leave at once, or after it.
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';

/** Fields for the provider that must not be in a URL. A script submits the form at once; without scripts, its button does. */
export interface LeavingForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface SignedOutProps {
  readonly view: View;
  readonly next: string;
  /** Replaces `next`. */
  readonly form?: LeavingForm | undefined;
  /** `here`: it is not known whether the provider's session has ended too. */
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
