// Who is signed on, and the roles that they may take.
import type { Session } from '../../../shared/people/session.ts';
import { FORM_TOKEN } from '../http/guard-forms.ts';
import { Layout } from './layout.tsx';

interface RolesProps {
  readonly session: Session;
  /** Undefined: vend did not say. */
  readonly roles: readonly { readonly role: string; readonly description: string }[] | undefined;
  readonly publicUrl: string;
  readonly nonce: string | undefined;
}

export const RolesPage = ({ session, roles, publicUrl, nonce }: RolesProps) => (
  <Layout title="Your roles" nonce={nonce}>
    <h1>Your roles</h1>
    <p>You are signed in as {session.subject}.</p>
    {roles === undefined && <p>Your roles cannot be shown right now. Try again in a moment.</p>}
    {roles?.length === 0 && <p>No role is granted to you.</p>}
    <ul>
      {roles?.map(({ role, description }) => (
        <li>
          <strong>{role}</strong> {description}
        </li>
      ))}
    </ul>
    <form method="post" action={`${publicUrl}/login/sign-out`}>
      <input type="hidden" name={FORM_TOKEN} value={session.formToken} />
      <button type="submit">Sign out</button>
    </form>
  </Layout>
);
