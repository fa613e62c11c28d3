// Where somebody comes back to credentials that the page no longer holds: what they copied goes on, and there are others.

import { PAGE_PATHS } from '../../paths/page-paths.ts';
import { CREDENTIALS_PATH } from '../../paths/role-paths.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';

export const CredentialsGonePage = ({ view, roleId }: { view: View; roleId: string }) => {
  const { back, refresh, removed } = view.messages.credentials;
  return (
    <Page view={view} title={roleId} layout="single">
      <p>
        <a class="back" href={PAGE_PATHS.roles}>
          <Icon of="back" />
          {back}
        </a>
      </p>
      <div class="heading">
        <h1>{roleId}</h1>
        <form method="post" action={CREDENTIALS_PATH}>
          <FormToken view={view} />
          <button class="primary" name="role" value={roleId} type="submit">
            {refresh}
          </button>
        </form>
      </div>
      <div class="empty">
        <h2>{removed.title}</h2>
        <p>{removed.text}</p>
      </div>
    </Page>
  );
};
