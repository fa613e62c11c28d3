// What a role needs first, in words.
import type { Need } from '../portal-role.ts';
import type { View } from '../view.ts';
import { Icon } from './icons.tsx';

export const Needs = ({ view, needs }: { view: View; needs: readonly Need[] }) => (
  <>
    {needs.map((need) => {
      const { title, text } = view.messages.home.needs[need];
      return (
        <p class="need">
          <Icon of="lock" />
          <span>
            <strong>{title}</strong> {text}
          </span>
        </p>
      );
    })}
  </>
);
