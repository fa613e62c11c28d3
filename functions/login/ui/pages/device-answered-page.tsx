// After the answer: the machine hears of it by itself.
import { PAGE_PATHS } from '../../paths/page-paths.ts';
import type { View } from '../view.ts';
import { Mark } from './icons.tsx';
import { Page } from './page.tsx';

export const DeviceAnsweredPage = ({ view, isYes }: { view: View; isYes: boolean }) => {
  const { device: words } = view.messages;
  const { title, text } = isYes ? words.approved : words.denied;
  return (
    <Page view={view} title={title} layout="single">
      <section class="card">
        <Mark />
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <a class="button" href={PAGE_PATHS.sessions}>
          {words.toSessions}
        </a>
      </section>
    </Page>
  );
};
