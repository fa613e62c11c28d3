// `stint keys` over the real adapter, as an administrator uses it.
import { afterAll, describe, expect, it } from 'vitest';
import { createKeyHistory } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ConnectionId, ProviderId } from '../../shared/kernel/names.ts';
import { samlKeyOwner } from '../../shared/rules/values/issuer-key.ts';
import { NOW } from '../support/builders.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const env = { USER: 'ada', ...commandEnvironment(options) };
const folder = testFolder();
folder.write('access.yaml', edited('kind: oidc', 'kind: oidc\n    newKeys: hold'));
folder.write('accept.yaml', edited('kind: oidc', 'kind: oidc\n    newKeys: accept'));
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const APP = ProviderId.parse('app-users');
const FIRST = 'A'.repeat(43);
const SECOND = 'B'.repeat(43);
const UNSEEN = 'C'.repeat(43);
const history = createKeyHistory(openRows(openTablestore(options)));
const decisions = async () => [...must(await history.decisions(APP))].sort();

describe('stint keys', () => {
  it('says what is missing while no rules are in force', async () => {
    await stint('tables', 'create');
    const { exitCode, notes } = await stint('keys');
    expect([exitCode, notes]).toEqual([
      3,
      'Tablestore: no-revision: no rules are in force: run stint apply first',
    ]);
  });

  it('has nothing to show, nor to approve, before an instance saw a key', async () => {
    await stint('apply', 'access.yaml');
    expect(await stint('keys')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('No key was seen yet'),
    });
    const approve = await stint('keys', 'approve', 'app-users', '--all');
    expect([approve.exitCode, approve.notes]).toEqual([
      2,
      'there is nothing to approve: no key was seen yet: send vend one token, or sign in once',
    ]);
  });

  it('shows what was seen and that it is held, and hides what could steer a terminal', async () => {
    await history.see(APP, [{ thumbprint: FIRST, kid: 'k1\u001b[2J', alg: 'RS256' }], NOW);
    await history.see(
      APP,
      [{ thumbprint: SECOND, kid: 'k2', alg: 'ES256' }],
      new Date(NOW.getTime() + 60_000),
    );
    const { out, exitCode } = await stint('keys', 'app-users');
    expect(out.split('\n')).toEqual([
      `PROVIDER   STATE  ALG    FIRST SEEN        LAST SEEN   THUMBPRINT${' '.repeat(35)}KID`,
      `app-users  held   RS256  2026-03-01T12:00  2026-03-01  ${FIRST}  k1?[2J`,
      `app-users  held   ES256  2026-03-01T12:01  2026-03-01  ${SECOND}  k2`,
    ]);
    expect(exitCode).toBe(0);
    expect((await stint('keys', 'other')).out).not.toContain('app-users');
  });

  it('approves one, by name', async () => {
    const { out, exitCode } = await stint('keys', 'approve', 'app-users', FIRST);
    expect(out.split('\n')[0]).toBe(`approved app-users ${FIRST}`);
    expect([exitCode, await decisions()]).toEqual([0, [[FIRST, 'approved']]]);
  });

  it('revokes one, also one that nobody saw yet', async () => {
    expect((await stint('keys', 'revoke', 'app-users', FIRST)).exitCode).toBe(0);
    expect((await stint('keys', 'revoke', 'app-users', UNSEEN)).exitCode).toBe(0);
    expect(await decisions()).toEqual([
      [FIRST, 'revoked'],
      [UNSEEN, 'revoked'],
    ]);
  });

  it('approves all that are undecided, and brings back none that was revoked', async () => {
    const { out } = await stint('keys', 'approve', 'app-users', '--all');
    expect(out.split('\n').slice(0, -1)).toEqual([`approved app-users ${SECOND}`]);
    expect(await decisions()).toEqual([
      [FIRST, 'revoked'],
      [SECOND, 'approved'],
      [UNSEEN, 'revoked'],
    ]);
    expect((await stint('keys', 'approve', 'app-users', '--all')).notes).toContain(
      'every key that was seen is decided',
    );
  });

  it('gives all to a program, with who decided and when', async () => {
    const { out } = await stint('keys', '--json');
    const keys = [
      { state: 'revoked', thumbprint: FIRST, kid: 'k1\u001b[2J', firstSeen: NOW.toISOString() },
      {
        state: 'approved',
        thumbprint: SECOND,
        kid: 'k2',
        decidedBy: `ada (${env.ALIBABA_CLOUD_ACCESS_KEY_ID})`,
      },
      { state: 'revoked', thumbprint: UNSEEN, kid: '', firstSeen: null, lastSeen: null },
    ];
    expect(JSON.parse(out)).toMatchObject({ format: 1, keys });
  });

  it('survives another apply, which leaves decisions alone', async () => {
    expect((await stint('apply', 'accept.yaml')).exitCode).toBe(0);
    expect((await stint('apply', 'access.yaml')).exitCode).toBe(0);
    expect(await decisions()).toHaveLength(3);
  });

  it.each([
    [['keys', 'approve', 'app-users'], 'give either a thumbprint or --all'],
    [['keys', 'approve', 'app-users', FIRST, '--all'], 'give either a thumbprint or --all'],
    [['keys', 'approve', 'app-users', 'short'], 'give the thumbprint as stint keys shows it'],
    [['keys', 'revoke', 'app-user', FIRST], 'no provider named app-user'],
    [['keys', 'revoke', 'app-users'], "missing required argument 'thumbprint'"],
  ])('refuses %j', async (argv, message) => {
    const before = await decisions();
    const { exitCode, notes } = await stint(...argv);
    expect([exitCode, await decisions()]).toEqual([2, before]);
    expect(notes).toContain(message);
  });

  it('decides about the keys of a SAML connection’s metadata in the same way', async () => {
    const saml = `
signOn:
  connections:
    - id: corp
      kind: saml
      name: Corporate
      entityId: https://idp.example.com/saml
      metadataUrl: https://idp.example.com/metadata
      ssoUrl: https://idp.example.com/sso
      newKeys: hold
`;
    folder.write('saml.yaml', edited('kind: oidc', 'kind: oidc') + saml);
    expect(await stint('apply', 'saml.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    const owner = samlKeyOwner(ConnectionId.parse('corp'));
    await history.see(owner, [{ thumbprint: FIRST, kid: 'AA:BB', alg: 'RSA' }], NOW);
    expect((await stint('keys', 'saml/corp')).out).toMatch(/^saml\/corp +held/m);
    expect(await stint('keys', 'approve', 'saml/corp', '--all')).toMatchObject({ exitCode: 0 });
    expect(must(await history.decisions(owner))).toEqual(new Map([[FIRST, 'approved']]));
    expect((await stint('keys', 'approve', 'corp', '--all')).notes).toContain('saml/<id>');
    expect((await stint('keys', 'revoke', 'saml/corp', FIRST)).out).toContain('within 30 seconds');
  });
});
