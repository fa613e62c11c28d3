// Between the end of a session here and the provider's own page for ending its session. Most browsers pass it unseen.
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';

interface SignedOutProps {
  readonly view: View;
  readonly next: string;
}

export const SignedOutPage = ({ view, next }: SignedOutProps) => {
  const { signedOut } = view.messages;
  return (
    <Page view={view} title={signedOut.title} layout="single">
      <section class="card">
        <Mark />
        <h1>{signedOut.title}</h1>
        <p class="lead">{signedOut.text}</p>
        <a class="button" href={next}>
          {signedOut.goOn}
        </a>
      </section>
    </Page>
  );
};
