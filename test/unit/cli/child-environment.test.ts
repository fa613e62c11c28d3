// The environment of a program that stint exec starts has one identity: the role's.
import { describe, expect, it } from 'vitest';
import { childEnvironment, keyVariables } from '../../../clients/cli/exec/child-environment.ts';

const VENDED = {
  accessKeyId: 'STS.example',
  accessKeySecret: 'secret',
  securityToken: 'token',
  expiration: '2026-11-22T10:00:00Z',
};

describe('the environment of a program', () => {
  it('has the credentials under every name that stock tools read', () => {
    expect(childEnvironment({}, keyVariables(VENDED))).toEqual({
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.example',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'token',
      ALICLOUD_ACCESS_KEY: 'STS.example',
      ALICLOUD_SECRET_KEY: 'secret',
      ALICLOUD_SECURITY_TOKEN: 'token',
      OSS_ACCESS_KEY_ID: 'STS.example',
      OSS_ACCESS_KEY_SECRET: 'secret',
      OSS_SESSION_TOKEN: 'token',
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE',
    });
  });

  it.each(['ALIBABA_CLOUD_BEARER_TOKEN', 'ALIBABA_CLOUD_CMS_ACCESS_KEY_SECRET', 'STINT_TOKEN'])(
    'has no %s of the parent',
    (name) => expect(childEnvironment({ [name]: 'of the parent' }, {})).not.toHaveProperty(name),
  );

  it('keeps what is no credential', () => {
    const parent = {
      PATH: '/bin',
      ALIBABA_CLOUD_REGION_ID: 'eu-central-1',
      STINT_URL: 'https://stint.example.com',
    };
    expect(childEnvironment(parent, {})).toMatchObject(parent);
  });
});
