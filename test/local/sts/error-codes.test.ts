// Guarantees: every published error of AssumeRole is either produced locally or listed with the reason why not.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKER, callV3, openWorld, type RawOptions, roleArn, STRANGER, type World } from './world.ts';

interface PublishedError {
  readonly errorCode: string;
  readonly errorMessage: string;
}

interface Metadata {
  readonly apis: Readonly<
    Record<string, { readonly errorCodes: Readonly<Record<string, readonly PublishedError[]>> }>
  >;
}

const metadata: Metadata = JSON.parse(
  readFileSync(new URL('../../data/sts-2015-04-01.api-docs.json', import.meta.url), 'utf8'),
);

function publishedErrors(action: string): readonly (PublishedError & { readonly status: number })[] {
  return Object.entries(metadata.apis[action]?.errorCodes ?? {}).flatMap(([status, errors]) =>
    errors.map((error) => ({ ...error, status: Number(status) })),
  );
}

const MFA_ONLY = 'belongs to SerialNumber and TokenCode, which the published AssumeRole does not take';
const NO_SUCH_LOGIN = 'belongs to a sign-in by user name and password, which neither signature method has';

const NEVER_PRODUCED: Readonly<Record<string, string>> = {
  'InvalidParameter.SerialNumber': MFA_ONLY,
  'InvalidParameter.TokenCode': MFA_ONLY,
  'AuthenticationFail.ApiUsername': NO_SUCH_LOGIN,
  'AuthenticationFail.ApiPassword': NO_SUCH_LOGIN,
};

const GOOD = { RoleArn: roleArn('media'), RoleSessionName: 'alice' };

interface Cause {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly options?: RawOptions;
  readonly prepare?: (world: World) => void;
}

const CAUSES: Readonly<Record<string, Cause>> = {
  'InvalidParameter.DurationSeconds': { parameters: { DurationSeconds: '60' } },
  'InvalidParameter.ExternalId': { parameters: { ExternalId: '!' } },
  'InvalidParameter.RoleArn': { parameters: { RoleArn: 'media' } },
  'InvalidParameter.RoleSessionName': { parameters: { RoleSessionName: 'a b' } },
  'InvalidParameter.PolicyGrammar': { parameters: { Policy: '{}' } },
  'InvalidParameter.PolicySize': { parameters: { Policy: ' '.repeat(2049) } },
  'InvalidParameter.ContentType': { options: { body: 'x', headers: { 'content-type': 'text/html' } } },
  NoPermission: { options: { keys: STRANGER } },
  'EntityNotExist.Role': { parameters: { RoleArn: roleArn('nowhere') } },
  InternalError: { prepare: ({ sts }) => sts.faults.inject({ kind: 'refuse', code: 'InternalError' }) },
};

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('the published errors of AssumeRole', () => {
  it('are all produced here, or named with the reason why not', () => {
    const published = publishedErrors('AssumeRole').map(({ errorCode }) => errorCode);
    expect(published.length).toBeGreaterThan(10);
    expect([...published].sort()).toEqual([...Object.keys(CAUSES), ...Object.keys(NEVER_PRODUCED)].sort());
  });

  it.each(publishedErrors('AssumeRole').filter(({ errorCode }) => !(errorCode in NEVER_PRODUCED)))(
    'include $errorCode, with the published status and message',
    async ({ errorCode, errorMessage, status }) => {
      const { parameters, options, prepare } = CAUSES[errorCode] ?? {};
      prepare?.(world);
      const answer = await callV3(
        world.sts.url,
        { ...GOOD, ...parameters },
        {
          keys: BROKER,
          action: 'AssumeRole',
          ...options,
          headers: { accept: 'application/json', ...options?.headers },
        },
      );
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
        status,
        { Code: errorCode, Message: errorMessage, RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) },
      ]);
    },
  );

  it('and that of GetCallerIdentity is InternalError alone, with the same text', () => {
    expect(publishedErrors('GetCallerIdentity')).toEqual(
      publishedErrors('AssumeRole').filter(({ errorCode }) => errorCode === 'InternalError'),
    );
  });
});
