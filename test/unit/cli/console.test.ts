// stint console opens the portal's page about the role, and needs no sign-in for a role that is named.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCliDeployment } from '../../support/cli-deployment.ts';
import { newOpener } from '../../support/opener.ts';
import { newPerson } from './person.ts';
import { testFolder } from './test-terminal.ts';

const STINT = 'https://stint.example.com';
const TO = 'https://oss.console.aliyun.com/bucket?path=a&b#top';

const start = () => {
  const folder = testFolder();
  const env = { HOME: folder.path, STINT_URL: STINT };
  return {
    folder,
    stint: (argv: readonly string[], more = {}) => folder.stint(['console', ...argv], { ...env, ...more }),
  };
};
const page = (parts: Readonly<Record<string, string>>) =>
  `${STINT}/portal/console?${new URLSearchParams(parts)}`;

describe('stint console', () => {
  it('opens the page about the role and the destination in the browser, and says where', async () => {
    const { folder, stint } = start();
    const opener = newOpener(folder.path);
    const run = stint(['media-uploader', '--to', TO], opener.env);
    const opened = await opener.next(run);
    expect(opened.href).toBe(page({ role: 'media-uploader', to: TO }));
    const { out, notes, exitCode } = await run;
    expect([out, exitCode]).toEqual(['', 0]);
    expect(notes).toContain(opened.href);
  });

  it.each([
    ['over SSH', { DISPLAY: ':0', SSH_CONNECTION: '203.0.113.7 1 198.51.100.1 22' }, 'over SSH'],
    ['without a display', { DISPLAY: '', WAYLAND_DISPLAY: '' }, 'no display'],
  ])('prints the address where no browser can open: %s', async (_, env, says) => {
    const { out, notes, exitCode } = await start().stint(['media-uploader'], env);
    expect([out, exitCode]).toEqual([page({ role: 'media-uploader' }), 0]);
    expect(notes).toContain(says);
  });

  it('prints the address alone with --print-url, and opens nothing', async () => {
    const env = { DISPLAY: ':0', PATH: '' };
    const run = await start().stint(['media-uploader', '--print-url'], env);
    expect(run).toEqual({ exitCode: 0, out: page({ role: 'media-uploader' }), notes: '' });
  });

  it('needs no place for sign-ins where role and deployment are named', async () => {
    const run = await start().stint(['media-uploader', '--print-url'], { HOME: '' });
    expect(run).toMatchObject({ exitCode: 0, out: page({ role: 'media-uploader' }) });
  });

  it('lets the person at the terminal pick a role', async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    await person.logIn(deployment.url);
    const role = {
      roleArn: 'acs:ram::1:role/x',
      account: '1',
      description: '',
      maxDurationSeconds: 1,
      needs: [],
    };
    deployment.vend = async () => [
      200,
      {
        roles: [
          { role: 'a', ...role },
          { role: 'b', ...role },
        ],
      },
    ];
    const env = { XDG_STATE_HOME: dirname(dirname(person.sessionsFile)) };
    const { out } = await testFolder().stint(['console', '--print-url'], env, undefined, async () => '2');
    expect(out).toBe(`${deployment.url}/portal/console?role=b`);
  });

  it.each<readonly [string, readonly string[], object, number, string]>([
    ['a destination that is no address', ['x', '--to', 'oss'], {}, 2, '--to must be the address of a page'],
    ['no deployment', ['x'], { STINT_URL: '' }, 2, 'which deployment?'],
    [
      'a deployment over http',
      ['x', '--url', 'http://stint.example.com'],
      {},
      2,
      '--url must be the https URL',
    ],
    ['no role, and no sign-in', [], {}, 4, 'you are not signed in'],
  ])('says what to do: %s', async (_, argv, env, code, says) => {
    const { exitCode, out, notes } = await start().stint(argv, env);
    expect([exitCode, out]).toEqual([code, '']);
    expect(notes).toContain(says);
  });

  it.each([`$(touch x)'"`, 'a b&to=https://evil.example', '\u001b[31m\n'])(
    'keeps a role’s name in its parameter, whatever it is: %j',
    async (role) => {
      const { out } = await start().stint([role, '--print-url']);
      expect(out).toMatch(/^[!-~]+$/);
      expect([...new URL(out).searchParams]).toEqual([['role', role]]);
    },
  );
});
