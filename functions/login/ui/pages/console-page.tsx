// Asks a person whether to open the console as a role, at a page that a link named. Any site can lead a browser here, so the page
// shows both and opens nothing by itself.
import { CONSOLE_PATH, DESTINATION, PORTAL_PATHS, rolePath, stepUpPath } from '../../paths/page-paths.ts';
import { isOpenedByProof, type PortalRole } from '../model/role-list.ts';
import type { View } from '../view.ts';
import { BackToRoles } from './back-to-roles.tsx';
import { FactList, type ShownFact } from './fact-list.tsx';
import { FormToken } from './form-token.tsx';
import { Icon } from './icons.tsx';
import { Needs } from './needs.tsx';
import { Page } from './page.tsx';
import { ShownName } from './shown-name.tsx';

interface ConsoleProps {
  readonly view: View;
  readonly role: PortalRole;
  /** A page of the console. Undefined: its start page. */
  readonly destination: string | undefined;
}

const Facts = ({ view, role, destination }: ConsoleProps) => {
  const { console: words } = view.messages;
  const facts: readonly ShownFact[] = [
    [words.role, <strong>{role.role}</strong>],
    [words.account, <ShownName name={role.account} />],
    [
      words.opens,
      destination === undefined ? words.startPage : <strong>{new URL(destination).hostname}</strong>,
    ],
    ...(destination === undefined ? [] : [[words.address, <code>{destination}</code>] as const]),
  ];
  return <FactList facts={facts} />;
};

const Open = ({ view, role, destination }: ConsoleProps) => (
  <form method="post" action={CONSOLE_PATH} class="actions">
    <FormToken view={view} />
    {destination !== undefined && <input type="hidden" name={DESTINATION} value={destination} />}
    <button class="primary" name="role" value={role.role} type="submit">
      <Icon of="outward" />
      {view.messages.home.openConsole}
    </button>
    <a class="button" href={PORTAL_PATHS.roles}>
      {view.messages.commandLine.cancel}
    </a>
  </form>
);

/** For a role that vend refuses until the person has what it needs. */
const UnmetNeeds = ({ view, role, destination }: ConsoleProps) => (
  <>
    <Needs view={view} needs={role.needs} />
    {isOpenedByProof(role) && (
      <a class="button primary" href={stepUpPath(role.role, { destination })}>
        {view.messages.home.stepUp}
      </a>
    )}
  </>
);

export const ConsolePage = (props: ConsoleProps) => {
  const { view, role } = props;
  const { console: words } = view.messages;
  return (
    <Page view={view} title={words.title} layout="single">
      <BackToRoles view={view} href={rolePath(role.role)} />
      <section class="card ask step-up">
        <h1>{words.title}</h1>
        <p>{words.asks(role.role)}</p>
        <Facts {...props} />
        <p class="need">{words.notYou}</p>
        {role.needs.length === 0 ? <Open {...props} /> : <UnmetNeeds {...props} />}
      </section>
    </Page>
  );
};
