// stint roles and credentials show and print what vend gives, in formats that shells and programs can use safely.
import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CliDeployment, problem, startCliDeployment } from '../../support/cli-deployment.ts';
import { answerJson, startLoopback } from '../../support/loopback.ts';
import { newPerson, type Person } from './person.ts';
import { testFolder } from './test-terminal.ts';

const KEYS = {
  accessKeyId: 'STS.example',
  accessKeySecret: 'canary-secret',
  securityToken: 'canary+token/=',
  expiration: '2026-11-22T10:00:00Z',
};

/** What the libraries for Python and Java parse. */
const TWENTY = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

interface VendCall {
  readonly path: string;
  readonly body: unknown;
}

/** Signed in; vend answers so from then on, and what it was asked is remembered. */
async function signedIn(
  answer: readonly [number, unknown],
): Promise<{ readonly person: Person; readonly asked: VendCall[]; readonly deployment: CliDeployment }> {
  const deployment = await startCliDeployment();
  const person = newPerson();
  await person.logIn(deployment.url);
  const asked: VendCall[] = [];
  deployment.vend = async (path, body) => {
    asked.push({ path, body });
    return answer;
  };
  return { person, asked, deployment };
}

describe('stint credentials', () => {
  it('sets a shell’s variables, and says beside until when', async () => {
    const { person, asked } = await signedIn([200, { credentials: KEYS }]);
    const { out, notes, exitCode } = await person.stint(['credentials', 'media-uploader']);
    const set = execFileSync('sh', ['-c', `${out}\necho "$ALIBABA_CLOUD_SECURITY_TOKEN"`], {
      encoding: 'utf8',
    });
    expect(set).toBe(`${KEYS.securityToken}\n`);
    expect(notes).toBe('These credentials work until 2026-11-22T10:00:00Z.');
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ path: '/v1/credentials', body: { role: 'media-uploader' } }]);
  });

  it.each([
    [
      'powershell',
      (out: string) => expect(out).toContain("$Env:ALIBABA_CLOUD_ACCESS_KEY_ID = 'STS.example'"),
    ],
    [
      'env',
      (out: string) =>
        expect(parseEnv(out)).toHaveProperty('ALIBABA_CLOUD_SECURITY_TOKEN', KEYS.securityToken),
    ],
    ['json', (out: string) => expect(JSON.parse(out)).toHaveProperty('Expiration', KEYS.expiration)],
    ['aliyun', (out: string) => expect(out).toMatch(/^aliyun configure set .*--region 'cn-hangzhou'/s)],
    [
      'credential-process',
      (out: string) =>
        expect(JSON.parse(out)).toEqual({
          mode: 'StsToken',
          access_key_id: KEYS.accessKeyId,
          access_key_secret: KEYS.accessKeySecret,
          sts_token: KEYS.securityToken,
          expiration: KEYS.expiration,
        }),
    ],
    [
      'serverless-devs',
      (out: string) =>
        expect(JSON.parse(out)).toEqual({
          mode: 'STS',
          access_key_id: KEYS.accessKeyId,
          access_key_secret: KEYS.accessKeySecret,
          security_token: KEYS.securityToken,
        }),
    ],
    [
      'oss-process',
      (out: string) =>
        expect(JSON.parse(out)).toEqual({
          AccessKeyId: KEYS.accessKeyId,
          AccessKeySecret: KEYS.accessKeySecret,
          SecurityToken: KEYS.securityToken,
          Expiration: KEYS.expiration,
        }),
    ],
    [
      'aws-process',
      (out: string) =>
        expect(JSON.parse(out)).toEqual({
          Version: 1,
          AccessKeyId: KEYS.accessKeyId,
          SecretAccessKey: KEYS.accessKeySecret,
          SessionToken: KEYS.securityToken,
          Expiration: KEYS.expiration,
        }),
    ],
    [
      'uri',
      (out: string) =>
        expect(JSON.parse(out)).toEqual({
          Code: 'Success',
          LastUpdated: expect.stringMatching(TWENTY),
          AccessKeyId: KEYS.accessKeyId,
          AccessKeySecret: KEYS.accessKeySecret,
          SecurityToken: KEYS.securityToken,
          Expiration: KEYS.expiration,
        }),
    ],
  ])('prints them as %s', async (format, check) => {
    const { person } = await signedIn([200, { credentials: KEYS }]);
    const argv = ['credentials', 'arms-reader', '--format', format, '--region', 'cn-hangzhou'];
    const { out, notes, exitCode } = await person.stint(argv);
    expect(exitCode).toBe(0);
    check(out);
    expect(notes).not.toContain('canary');
  });

  it.each(['json', 'credential-process', 'oss-process', 'aws-process', 'uri'])(
    'gives %s a time of 20 characters, never later than the true one',
    async (format) => {
      for (const expiration of [
        '2026-11-22T10:00:00.999Z',
        '2026-11-22T10:00:00.123456789Z',
        KEYS.expiration,
      ]) {
        const { person } = await signedIn([200, { credentials: { ...KEYS, expiration } }]);
        const { out } = await person.stint(['credentials', 'media-uploader', '--format', format]);
        const { expiration: small, Expiration: large } = JSON.parse(out);
        expect(small ?? large).toBe('2026-11-22T10:00:00Z');
      }
    },
  );

  it('asks for as long as one says', async () => {
    const { person, asked } = await signedIn([200, { credentials: KEYS }]);
    await person.stint(['credentials', 'media-uploader', '--duration', '15m']);
    expect(asked[0]?.body).toEqual({ role: 'media-uploader', durationSeconds: 900 });
  });

  it('takes the region of an aliyun profile from the environment', async () => {
    const { person } = await signedIn([200, { credentials: KEYS }]);
    const env = { ALIBABA_CLOUD_REGION_ID: 'eu-central-1' };
    const { out } = await person.stint(['credentials', 'arms-reader', '--format', 'aliyun'], env);
    expect(out).toContain("--region 'eu-central-1'");
  });

  it.each([
    [
      'a format that it does not know',
      ['a', '--format', 'xml'],
      'Allowed choices are shell, powershell, env',
    ],
    ['a duration that is no number', ['a', '--duration', '1d'], 'Give hours, minutes or seconds'],
    ['an aliyun profile of no region', ['a', '--format', 'aliyun'], 'which region? Give --region'],
    ['no role and nobody to ask', [], 'which role? Name one that stint roles lists'],
  ])('asks nobody with %s', async (_name, argv, says) => {
    const { person, asked } = await signedIn([200, { credentials: KEYS }]);
    const { notes, out, exitCode } = await person.stint(['credentials', ...argv]);
    expect(notes).toContain(says);
    expect([exitCode, out, asked]).toEqual([2, '', []]);
  });

  it.each([
    [403, 'access_denied', 4, 'no grant gives you this: stint roles shows what you may take'],
    [403, 'step_up_required', 4, 'run stint login --fresh, and use your second factor there'],
    [401, 'invalid_token', 4, 'the sign-in is not accepted any more: run stint login again'],
    [422, 'duration_too_long', 2, 'the duration is too long'],
    [400, 'invalid_request', 2, 'the request is malformed'],
    [429, 'rate_limited', 3, 'too many requests: wait a few seconds'],
    [503, 'sts_unavailable', 3, 'A title. A detail.'],
    [500, 'constructor', 3, 'A title. A detail.'],
  ])('says what to do about %i %s', async (status, code, exit, says) => {
    const { person } = await signedIn(problem(status, code));
    const { notes, out, exitCode } = await person.stint(['credentials', 'media-uploader']);
    expect(notes).toContain(says);
    expect(notes).toContain('(request request-2)');
    expect([exitCode, out]).toEqual([exit, '']);
  });

  it.each([
    ['another shape', [200, { credentials: { ...KEYS, accessKeySecret: undefined } }] as const],
    ['no problem', [400, { secret: 'canary' }] as const],
  ])('prints nothing of an answer of %s', async (_name, answer) => {
    const { person, deployment } = await signedIn(answer);
    const { notes, out, exitCode } = await person.stint(['credentials', 'media-uploader']);
    expect(notes).toBe(`${deployment.url} gave an answer that is not Stint’s: check the URL`);
    expect([exitCode, out]).toEqual([3, '']);
  });

  it.each([429, 500, 502, 504])(
    'says to try again where the platform answers %i in place of Stint',
    async (status) => {
      const { person, deployment } = await signedIn([status, { Code: 'canary' }]);
      const { notes, out, exitCode } = await person.stint(['credentials', 'media-uploader']);
      expect(notes).toBe(`${deployment.url} cannot answer now (status ${status}): try again in a moment`);
      expect([exitCode, out]).toEqual([3, '']);
    },
  );
});

const ROLE = {
  role: 'media-uploader',
  roleArn: 'acs:ram::1234567890123456:role/media-uploader',
  account: '1234567890123456',
  accountName: 'Production\u001b[2J',
  description: 'Upload\u001b[2J to the media bucket',
  maxDurationSeconds: 1800,
  needs: ['mfa', 'something_new'],
};

describe('a role that is not named', () => {
  /** Somebody is at the terminal, and answers so. */
  async function answering(answer: string) {
    const vend = await startLoopback((request, response) =>
      answerJson(
        request.url === '/v1/roles' ? { roles: [ROLE, { ...ROLE, role: 'b' }] } : { credentials: KEYS },
      )(request, response),
    );
    const env = { STINT_URL: vend.url, STINT_TOKEN: 'a.b.c' };
    const run = await testFolder().stint(
      ['credentials', '--format', 'json'],
      env,
      undefined,
      async () => answer,
    );
    return { run, vend };
  }

  it.each(['2', 'b', ' b '])('is picked from a list by %j', async (answer) => {
    const { run, vend } = await answering(answer);
    expect(vend.requests).toEqual(['POST /v1/roles', 'POST /v1/credentials']);
    expect(JSON.parse(run.out)).toHaveProperty('Expiration', KEYS.expiration);
    expect(run.notes).toMatch(/2 {2}b +Production\S* \(1234567890123456\)/);
    expect(run.notes).not.toContain('\u001b');
  });

  it.each(['', '0', '3', '-1', '1e0', 'c', '99999999999999999999'])('is not taken by %j', async (answer) => {
    const { run, vend } = await answering(answer);
    expect(vend.requests).toEqual(['POST /v1/roles']);
    expect([run.exitCode, run.out]).toEqual([2, '']);
  });
});

describe('stint roles', () => {
  it('shows them with what each needs, and nothing that steers a terminal', async () => {
    const { person, asked } = await signedIn([
      200,
      { roles: [ROLE, { ...ROLE, project: 'Media', needs: [] }] },
    ]);
    const { out, exitCode } = await person.stint(['roles']);
    expect(out.split('\n')).toEqual([
      'ROLE            ACCOUNT                            PROJECT  SECONDS  NEEDS                           DESCRIPTION',
      'media-uploader  Production?[2J (1234567890123456)  -        1800     a second factor, something_new  Upload?[2J to the media bucket',
      'media-uploader  Production?[2J (1234567890123456)  Media    1800     -                               Upload?[2J to the media bucket',
    ]);
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ path: '/v1/roles', body: {} }]);
  });

  it('gives them to programs as JSON', async () => {
    const { person } = await signedIn([200, { roles: [ROLE] }]);
    const { out } = await person.stint(['roles', '--json']);
    expect(JSON.parse(out)).toEqual({ format: 1, roles: [ROLE] });
  });

  it('says so when there is none', async () => {
    const { person } = await signedIn([200, { roles: [] }]);
    expect((await person.stint(['roles'])).out).toContain('There is no role that you may take');
  });
});
