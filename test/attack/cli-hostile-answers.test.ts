// Against a hostile deployment, and against a document that somebody else wrote: `stint` prints nothing that a shell
// runs or a terminal obeys, and keeps no credentials or tokens that cannot be genuine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson } from '../../clients/cli/base/terminal-text.ts';
import { OUTPUT_FORMATS } from '../../clients/cli/credentials/format-output.ts';
import { type AccessPlan, applyDocument } from '../../clients/cli/documents/apply-document.ts';
import { showPlan } from '../../clients/cli/documents/run-apply.ts';
import { ALICE, startCliDeployment } from '../support/cli-deployment.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { newPerson } from '../unit/cli/person.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';

const KEYS = {
  accessKeyId: 'STS.key',
  accessKeySecret: 'secret',
  securityToken: 'token',
  expiration: '2026-03-01T12:20:00.000Z',
};

async function signedIn() {
  const deployment = await startCliDeployment();
  const person = newPerson();
  await person.logIn(deployment.url);
  return { deployment, person };
}

describe('credentials that are not STS’s', () => {
  /**
   * @attack Credentials that end their quotes, their line or their terminal’s peace
   * @removed the form of what STS gives
   * @failed 7 of 19: with a line that sets another variable are printed in no format: `expected { exitCode:
   *   +0, … }`
   */
  it.each([
    ['a line that sets another variable', { securityToken: 'token\nLD_PRELOAD=/tmp/evil.so' }],
    ['a carriage return', { accessKeySecret: 'secret\rLD_PRELOAD=/tmp/evil.so' }],
    ['an escape sequence', { accessKeyId: 'STS.\u001b]0;evil\u0007' }],
    ['a C1 control', { accessKeyId: 'STS.\u009b2J' }],
    ['a typographic quote, which PowerShell takes for one', { securityToken: 'token\u2019; evil' }],
    ['a NUL', { securityToken: 'token\0' }],
    ['nothing', { securityToken: '' }],
    ['a line break in the expiration', { expiration: '2026-03-01T12:20:00Z\nevil' }],
    ['no time', { expiration: 'soon' }],
    ['a number that JSON has not', { expiration: 'NaN' }],
    ['a time beyond all dates', { expiration: 1e15 }],
    ['a time before all', { expiration: -1 }],
    ['a year of five digits', { expiration: '12026-03-01T12:20:00Z' }],
    ['a day that no month has', { expiration: '2026-02-30T12:20:00Z' }],
    ['an hour that no day has', { expiration: '2026-03-01T24:00:00Z' }],
    ['another time zone', { expiration: '2026-03-01T12:20:00+08:00' }],
    ['a list', { accessKeyId: ['STS.key'] }],
    ['a right-to-left mark', { accessKeySecret: 'secret\u202e' }],
    ['a blank', { accessKeySecret: 'secret $(evil)' }],
  ])('with %s are printed in no format', async (_name, parts) => {
    const { deployment, person } = await signedIn();
    deployment.vend = async () => [200, { credentials: { ...KEYS, ...parts } }];
    for (const format of OUTPUT_FORMATS) {
      const run = await person.stint(['credentials', 'media', '--format', format, '--region', 'cn-hangzhou']);
      expect(run).toEqual({
        exitCode: 3,
        out: '',
        notes: expect.stringContaining('gave an answer that is not Stint’s'),
      });
    }
  });
});

describe('a role of a list', () => {
  /**
   * @attack Name of a role that steers the terminal when its credentials are printed, or the list of roles
   * @removed the form of a picked name
   * @failed 5 of 40: that is "media\u001b[2J" is not taken: `expected [ +0, …(2) ] to deeply equal [ 3, '', [ 'POST /v1/roles' ] ]`
   */
  it.each(['media\u001b[2J', 'media\nevil', 'media\u009b31m', 'me dia', ''])(
    'that is %j is not taken',
    async (role) => {
      const vend = await startLoopback((request, response) => {
        const roles = [
          { role, roleArn: role, account: role, description: role, maxDurationSeconds: 900, needs: [] },
        ];
        answerJson(request.url === '/v1/roles' ? { roles } : { credentials: KEYS })(request, response);
      });
      const env = { STINT_URL: vend.url, STINT_TOKEN: 'a.b.c' };
      const argv = ['credentials', '--format', 'aliyun', '--region', 'cn-hangzhou'];
      const run = await testFolder().stint(argv, env, undefined, async () => '1');
      expect([run.exitCode, run.out, vend.requests]).toEqual([3, '', ['POST /v1/roles']]);
      expect(run.notes).not.toMatch(/(?!\n)[\p{C}\u2028\u2029]/u);
      expect(run.notes).not.toMatch(/^evil/m);
    },
  );
});

describe('names of others in --json', () => {
  /**
   * @attack Names that steer a terminal out of `--json`
   * @removed the escapes
   * @failed 2 of 19: steer no terminal, and are the same names to a program: `not to match /(?!\n)[\p{C}…`
   */
  it('steer no terminal, and are the same names to a program', async () => {
    const { deployment, person } = await signedIn();
    const subject = 'corp|\u009b31m\u202eecila\u2028\ud800\u{1d173}';
    deployment.vend = async () => [200, { ...ALICE, subject }];
    const { out } = await person.stint(['whoami', '--json']);
    expect(out).not.toMatch(/(?!\n)[\p{C}\u2028\u2029]/u);
    expect(JSON.parse(out).subject).toBe(subject);
  });

  it('whatever they are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = formatJson(value, indent);
        expect(text).not.toMatch(/(?!\n)[\p{C}\u2028\u2029]/u);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('a lifetime that cannot be', () => {
  /**
   * @attack Lifetime that no date or timer can hold
   * @removed the bound of tokens; of codes
   * @failed 3 of 19; 2 of 20: of 1000000000000000 seconds is taken for a month: `Invalid time value`
   * @also test/unit/cli/device-login.test.ts
   */
  it.each([1e15, Number.MAX_VALUE, 3_000_000_000])('of %d seconds is taken for a month', async (seconds) => {
    const deployment = await startCliDeployment();
    deployment.tokenAnswer = { expires_in: seconds, refresh_token_expires_in: seconds };
    const { run } = await newPerson().logIn(deployment.url);
    expect(run.exitCode).toBe(0);
    const days = (Date.parse(/until (.{16})/.exec(run.out)?.[1] ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it.each([0, -1, 'soon', null, {}])('of %j signs nobody in, and says so', async (seconds) => {
    const deployment = await startCliDeployment();
    deployment.tokenAnswer = { expires_in: seconds };
    const { run } = await newPerson().logIn(deployment.url);
    expect([run.exitCode, run.out]).toEqual([3, '']);
  });
});

describe('a document of somebody else', () => {
  const STEERS = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{3}/u;

  /**
   * @attack Names of files and of a policy's parts that steer the terminal of who checks a document
   * @removed `showable` on names; in `quoted`
   * @failed 1 of 25; 3 of 25: steers no terminal by the names of its files: `not to match /(?!\n)[\p{C}…`
   */
  it('steers no terminal by the names of its files', async () => {
    const folder = testFolder();
    folder.write('all/a\u001b[31m\u009b2J\u202e.yaml', VALID);
    for (const command of ['validate', 'test', 'lint', 'fmt']) {
      const { exitCode, out, notes } = await folder.stint([command, 'all']);
      expect(`${out}${notes}`).not.toMatch(STEERS);
      expect(exitCode).toBe(0);
    }
    folder.write('all/b\u001b[31m.yaml', '- none');
    folder.write('all/c\u009b31m.yaml', new Uint8Array([0xff, 0xfe]));
    const { exitCode, notes } = await folder.stint(['validate', 'all']);
    expect(notes).toContain('c?31m.yaml is not UTF-8');
    expect(notes).not.toMatch(STEERS);
    expect(exitCode).toBe(2);
  });

  /**
   * @attack Names of connections, of the blocked and of what a policy is about, that steer the reviewer's
   *   terminal or add a line to the plan
   * @removed `showable` on changes; on changes of access
   * @failed 1 and 1 of 24: steers none, and adds no line, in the plan that stands above the question:
   *   `expected [ …(10) ] to deeply equal []`
   */
  it('steers none, and adds no line, in the plan that stands above the question', async () => {
    const evil = String.raw`\u009b2J\u202e\n+ grant x\u2028`;
    const condition = String.raw`when: "subject != 'a\u200b'\n && true"`;
    const grants = edited('media/users', String.raw`media/\u2028`);
    const hostile = `${edited('constraints:', `${condition}\n    constraints:`, grants)}
signOn:
  blocked: ["corp:${evil}"]
  connections: [{ id: corp, kind: oidc, name: "${evil}", issuer: https://sso.example.com, clientId: "${evil}" }]
`;
    const later = hostile
      .replace('&& true', '&& !false')
      .replace(`clientId: "${evil}`, `clientId: "${evil}y`);
    const rows = new FakeRows();
    const lines: string[] = [];
    const show = (line: string) => void lines.push(...line.split('\n'));
    for (const text of [VALID, hostile, later]) {
      const files = [{ name: 'a.yaml', text }] as const;
      const order = { rows, files, appliedBy: 'test', now: new Date(0), ram: undefined };
      const onPlan = (plan: AccessPlan) => showPlan(plan, { out: show, note: show });
      expect(await applyDocument({ ...order, onPlan })).toMatchObject({ value: { result: 'applied' } });
    }
    expect(lines.filter((line) => STEERS.test(line) || line.startsWith('+ grant x'))).toEqual([]);
    for (const shown of [
      '+ connection corp: ?2J??+ grant x?',
      '+ signOn corp:?2J??+ grant x?',
      'clientId ?2J?',
    ])
      expect(lines.join('\n')).toContain(shown);
    expect(lines.join('\n')).toContain('on acs:oss:*:*:media/?/${user}/*');
  });

  it.each([
    ['an operator', '{ "Str\\u009b31m\\u202eing": { "acs:K": a } }'],
    ['a condition key', '{ StringEquals: { "acs\\u009b31m\\u2028": a } }'],
    [
      'a condition key with what is not seen, or drawn over the line above',
      '{ StringEquals: { "acs\\u3164Z\\u0335\\u0321\\u031B": a } }',
    ],
    ['two keys that differ by case', '{ StringEquals: { "acs:k\\u00e9": a, "acs:K\\u00e9": a } }'],
  ])('steers none by %s', async (_name, condition) => {
    const folder = testFolder();
    folder.write('a.yaml', edited('Resource:', `Condition: ${condition}\n            Resource:`));
    const { exitCode, notes } = await folder.stint(['validate', 'a.yaml']);
    expect(notes).toContain('Condition');
    expect(notes).not.toMatch(STEERS);
    expect(exitCode).toBe(1);
  });
});
