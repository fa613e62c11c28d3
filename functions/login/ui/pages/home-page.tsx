// The list of a person's roles, by project and account, with a search that also works without scripts.
import type { RoleId } from '../../../../shared/kernel/names.ts';
import { showable } from '../../../../shared/kernel/showable.ts';
import { CREDENTIALS_PATH, PORTAL_PATHS } from '../../paths/page-paths.ts';
import { formatCount } from '../model/format.ts';
import {
  type AccountRoles,
  groupRoles,
  type PortalRole,
  type ProjectRoles,
  type ShownRoles,
  shownRoles,
} from '../model/role-list.ts';
import type { View } from '../view.ts';
import { FormToken } from './form-token.tsx';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';
import { RoleRow } from './role-row.tsx';
import { ShownName } from './shown-name.tsx';

interface HomeProps {
  readonly view: View;
  readonly roles: readonly PortalRole[];
  readonly query: string;
  /** A role that the page must contain. */
  readonly wanted: RoleId | undefined;
}

const Search = ({ view, query, isWhole }: { view: View; query: string; isWhole: boolean }) => {
  const { home } = view.messages;
  return (
    <search>
      <form class="search" method="get" action={PORTAL_PATHS.roles}>
        <Icon of="loupe" />
        <input
          type="search"
          name="q"
          value={query}
          aria-label={home.search}
          placeholder={home.search}
          autocomplete="off"
          spellcheck={false}
          maxlength={100}
          data-filter={isWhole || undefined}
          data-ask={!isWhole || undefined}
        />
        <button class="quiet" type="submit">
          {home.searchButton}
        </button>
      </form>
    </search>
  );
};

interface Found {
  readonly view: View;
  /** The roles that match. The others are in the page too, hidden, so that the script can search them. */
  readonly found: ReadonlySet<PortalRole>;
}

const holdsNone = ({ roles }: AccountRoles, found: Found['found']): boolean =>
  !roles.some((role) => found.has(role));

const Account = ({ view, found, group }: Found & { group: AccountRoles }) => (
  <div class="account" hidden={holdsNone(group, found)} data-group={group.account}>
    <h3>
      {group.accountName === undefined ? (
        <ShownName name={group.account} in={view.messages.home.account} />
      ) : (
        <ShownName
          name={group.accountName}
          in={(name) => view.messages.home.namedAccount(name, showable(group.account))}
        />
      )}
    </h3>
    <ul>
      {group.roles.map((role) => (
        <RoleRow view={view} role={role} isHidden={!found.has(role)} />
      ))}
    </ul>
  </div>
);

const Project = ({ view, found, group, index }: Found & { group: ProjectRoles; index: number }) => {
  const id = `project-${index}`;
  const isHidden = group.accounts.every((account) => holdsNone(account, found));
  return (
    <section
      class="project"
      aria-labelledby={id}
      hidden={isHidden}
      data-group={showable(group.project ?? '')}
    >
      <h2 id={id}>
        {group.project === undefined ? view.messages.home.otherRoles : <ShownName name={group.project} />}
      </h2>
      <div class="accounts">
        {group.accounts.map((account) => (
          <Account view={view} found={found} group={account} />
        ))}
      </div>
    </section>
  );
};

const RoleList = ({ view, shown }: { view: View; shown: ShownRoles }) => {
  const { home } = view.messages;
  const { roles, found, matches } = shown;
  return (
    <div data-results>
      <p class="count" role="status" data-count data-one={home.count.one} data-other={home.count.other}>
        {matches > found.size ? home.part(found.size, matches) : formatCount(home.count, found.size)}
      </p>
      <form method="post" action={CREDENTIALS_PATH} rel="noopener">
        <FormToken view={view} />
        {groupRoles(roles, view.language).map((group, index) => (
          <Project view={view} found={found} group={group} index={index} />
        ))}
      </form>
      <div class="empty" hidden={found.size > 0} data-no-match>
        <h2>{home.noMatch.title}</h2>
        <p>{home.noMatch.text}</p>
        <p>
          <a href={PORTAL_PATHS.roles}>{home.clearSearch}</a>
        </p>
      </div>
    </div>
  );
};

export const HomePage = ({ view, roles, query, wanted }: HomeProps) => {
  const { home } = view.messages;
  const shown = shownRoles(roles, { query, wanted, language: view.language });
  return (
    <Page view={view} title={home.title} layout="list">
      <div class="heading">
        <h1>{home.title}</h1>
        {roles.length > 0 && <Search view={view} query={query} isWhole={shown.isWhole} />}
      </div>
      {roles.length > 0 ? (
        <RoleList view={view} shown={shown} />
      ) : (
        <div class="empty">
          <h2>{home.none.title}</h2>
          <p>{home.none.text}</p>
        </div>
      )}
    </Page>
  );
};
