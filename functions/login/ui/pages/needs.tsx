// The needs of a role as text.
import type { PortalNeed } from '../model/role-list.ts';
import type { View } from '../view.ts';
import { Icon } from './icons.tsx';

interface NeedsProps {
  readonly view: View;
  readonly needs: readonly PortalNeed[];
  /** Whether the page offers a passkey. Undefined: this page offers no ways to satisfy a need. */
  readonly ways?: { readonly passkey: boolean } | undefined;
}

function textOf(need: PortalNeed, { view, ways }: Pick<NeedsProps, 'view' | 'ways'>): string {
  const { needs, secondFactor } = view.messages.home;
  if (need !== 'mfa' || ways === undefined) return needs[need].text;
  return ways.passkey ? secondFactor.byPasskey : secondFactor.bySignIn;
}

export const Needs = ({ view, needs, ways }: NeedsProps) => (
  <>
    {needs.map((need) => {
      const { title } = view.messages.home.needs[need];
      return (
        <p class="need">
          <Icon of="lock" />
          <span>
            <strong>{title}</strong> {textOf(need, { view, ways })}
          </span>
        </p>
      );
    })}
  </>
);
