// The recent activity of a person, newest first.
import type { Activity } from '../../../../shared/people/activity.ts';
import { formatTime } from '../model/format.ts';
import type { View } from '../view.ts';
import { Page } from './page.tsx';
import { ShownName } from './shown-name.tsx';

interface ActivityProps {
  readonly view: View;
  readonly activities: readonly Activity[];
}

export const ActivityPage = ({ view, activities }: ActivityProps) => {
  const { activityList } = view.messages;
  return (
    <Page view={view} title={activityList.title} layout="single">
      <h1>{activityList.title}</h1>
      <p class="lead">{activityList.lead}</p>
      {activities.length === 0 && <p class="empty">{activityList.none}</p>}
      <ol class="rows">
        {activities.map(({ kind, subject, at }) => (
          <li class={`activity ${kind}`}>
            <span>
              <ShownName name={subject} in={activityList.events[kind]} />
            </span>
            <time datetime={at}>{formatTime(new Date(at), view.language)}</time>
          </li>
        ))}
      </ol>
    </Page>
  );
};
