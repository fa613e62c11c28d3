// After a session's end here: on the way to the provider's own sign-out, which most browsers pass unseen, or back from it.
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';

interface SignedOutProps {
  readonly view: View;
  readonly next: string;
  /** `here`: nobody knows whether the provider's session is over, too. */
  readonly outcome: 'leaving' | 'everywhere' | 'here';
}

export const SignedOutPage = ({ view, next, outcome }: SignedOutProps) => {
  const { title, text, goOn } = view.messages.signedOut[outcome];
  return (
    <Page view={view} title={title} layout="single">
      <section class="card">
        <Mark />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <a class="button" href={next}>
          {goOn}
        </a>
      </section>
    </Page>
  );
};
