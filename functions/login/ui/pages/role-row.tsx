// One role in the list: its description, its needs, and its two buttons.
import { CONSOLE_PATH, roleAnchor, stepUpPath } from '../../paths/page-paths.ts';
import { isOpenedByProof, type PortalRole } from '../model/role-list.ts';
import type { View } from '../view.ts';
import { Icon } from './icons.tsx';
import { Needs } from './needs.tsx';
import { ShownName } from './shown-name.tsx';

interface RoleRowProps {
  readonly view: View;
  readonly role: PortalRole;
}

/** Submit buttons of the form around the list. The pressed button selects the action, and its value the role. */
const Actions = ({ view, role }: RoleRowProps) => {
  const { home, opensInNewTab } = view.messages;
  return (
    <div class="actions">
      <button name="role" value={role.role} type="submit">
        <Icon of="key" />
        {home.getCredentials}
        <span> {home.ofRole(role.role)}</span>
      </button>
      <button
        class="primary"
        name="role"
        value={role.role}
        type="submit"
        formaction={CONSOLE_PATH}
        formtarget="_blank"
      >
        <Icon of="outward" />
        {home.openConsole}
        <span>
          {' '}
          {home.ofRole(role.role)}, {opensInNewTab}
        </span>
      </button>
    </div>
  );
};

const UnmetNeeds = ({ view, role }: RoleRowProps) => {
  const { home } = view.messages;
  return (
    <div class="obstacles">
      <Needs view={view} needs={role.needs} />
      {isOpenedByProof(role) && (
        <a class="button" href={stepUpPath(role.role)}>
          {home.stepUp}
          <span class="unseen"> {home.ofRole(role.role)}</span>
        </a>
      )}
    </div>
  );
};

export const RoleRow = ({ view, role, isHidden }: RoleRowProps & { isHidden: boolean }) => {
  const { home, duration } = view.messages;
  return (
    <li class="role" id={roleAnchor(role.role)} hidden={isHidden}>
      <div class="about">
        <h4>{role.role}</h4>
        {role.description !== '' && (
          <p>
            <ShownName name={role.description} />
          </p>
        )}
        <p class="small">{home.upTo(duration(role.maxDurationSeconds))}</p>
      </div>
      {role.needs.length === 0 ? <Actions view={view} role={role} /> : <UnmetNeeds view={view} role={role} />}
    </li>
  );
};
