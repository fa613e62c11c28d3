// The link at the top of a page about one role.
import type { View } from '../view.ts';
import { Icon } from './icons.tsx';

/** `href`: the list of roles, or this role in it. */
export const BackToRoles = ({ view, href }: { readonly view: View; readonly href: string }) => (
  <p>
    <a class="back" href={href}>
      <Icon of="back" />
      {view.messages.credentials.back}
    </a>
  </p>
);
