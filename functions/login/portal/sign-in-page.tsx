// Where nobody is signed on: a button for each connection.
import type { SignOn } from '../../../shared/access/sign-on/sign-on.ts';
import { Layout } from './layout.tsx';

interface SignInProps {
  readonly connections: SignOn['connections'];
  readonly publicUrl: string;
  readonly nonce: string | undefined;
}

export const SignInPage = ({ connections, publicUrl, nonce }: SignInProps) => (
  <Layout title="Sign in" nonce={nonce}>
    <h1>Sign in</h1>
    {connections.map(({ id, name }) => (
      <a class="button" href={`${publicUrl}/login/start/${id}`}>
        {name}
      </a>
    ))}
    {connections.length === 0 && <p>Nobody can sign in yet: the administrator has set up no connection.</p>}
  </Layout>
);
