// A login app in memory with a directory, and a client of it.
import { randomBytes } from 'node:crypto';
import { newSecret } from '../../functions/login/sessions/session-cookie.ts';
import { addScimToken } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { sha256 } from '../../shared/kernel/sha256.ts';
import { ScimTokenId, ScimTokenName, writeScimToken } from '../../shared/people/scim-token.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { type LoginSettings, PORTAL, startLogin } from './login-app.ts';

export const SCIM_CONNECTION = {
  id: 'corporate',
  kind: 'oidc',
  name: 'Example Corp',
  issuer: 'https://id.example.com',
  clientId: 'stint',
  person: { claim: 'oid' },
} as const;

/** Of SignOn, for tests that bring their own connections. */
export const DIRECTORIES = [{ id: 'staff-directory', connections: ['corporate'] }];

export async function makeScimToken(
  rows: Pick<TablestoreRows, 'putRowIf'>,
  { directory = 'staff-directory', name = 'entra', expiresAt = new Date('2099-01-01T00:00:00Z') } = {},
) {
  const [id, secret] = [ScimTokenId.parse(randomBytes(8).toString('hex')), newSecret()];
  const added = await addScimToken(rows, {
    id,
    directory,
    name: ScimTokenName.parse(name),
    hash: sha256(secret, 'base64url'),
    createdAt: new Date('2026-11-01T00:00:00Z'),
    createdBy: 'operator',
    expiresAt,
  });
  if (!added.ok) throw new Error(added.error.code);
  return { id, text: writeScimToken({ id, secret }) };
}

export interface ScimReply {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly id: string };
  readonly etag: string;
  readonly headers: Headers;
}

/** Sends JSON; a text is sent as it is. */
export const scimClient =
  (send: (url: string, init: RequestInit) => Response | Promise<Response>, token: string, base: string) =>
  async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ScimReply> => {
    const response = await send(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : JSON.parse(text),
      etag: response.headers.get('etag') ?? '',
      headers: response.headers,
    };
  };

export async function startScim(settings: Partial<LoginSettings> = {}) {
  const login = startLogin({ connections: [SCIM_CONNECTION], ...settings });
  login.clock.freeze();
  login.state.signOn = SignOn.parse({ connections: [SCIM_CONNECTION], directories: DIRECTORIES });
  const token = await makeScimToken(login.rows);
  const base = `${PORTAL}/scim/v2/staff-directory`;
  const clientOf = (text: string, at = base) =>
    scimClient((url, init) => login.app.request(url, init), text, at);
  return { login, token, base, clientOf, ask: clientOf(token.text) };
}
export type Scim = Awaited<ReturnType<typeof startScim>>;

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const scimUser = (userName: string, more: object = {}) => ({
  schemas: [USER_URN],
  userName,
  externalId: `oid-${userName}`,
  active: true,
  ...more,
});
export const scimGroup = (displayName: string, members: readonly string[] = []) => ({
  schemas: [GROUP_URN],
  displayName,
  members: members.map((value) => ({ value })),
});
export const scimPatch = (...Operations: readonly object[]) => ({ schemas: [PATCH_URN], Operations });
