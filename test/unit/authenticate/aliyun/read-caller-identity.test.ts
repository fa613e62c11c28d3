// An answer of STS names a caller only if all its parts are there and agree.
import { describe, expect, it } from 'vitest';
import { readCallerIdentity } from '../../../../shared/pipeline/authenticate/aliyun/read-caller-identity.ts';

const RequestId = '3C87BF47-3724-5443-ADC1-5AEAD9A03EB1';
const USER = {
  IdentityType: 'RAMUser',
  AccountId: '6543210987654321',
  Arn: 'acs:ram::6543210987654321:user/deployer',
  PrincipalId: '288774244375210000',
  UserId: '216959339000000000',
  RequestId,
};
const ROLE = {
  IdentityType: 'AssumedRoleUser',
  AccountId: '6543210987654321',
  Arn: 'acs:ram::6543210987654321:assumed-role/ci/build-7',
  PrincipalId: '335376200829920000:build-7',
  RoleId: '335376200829920000',
  RequestId,
};
const ROOT = {
  IdentityType: 'Account',
  AccountId: '6543210987654321',
  Arn: 'acs:ram::6543210987654321:root',
  PrincipalId: '6543210987654321',
  UserId: '6543210987654321',
  RequestId,
};
const account = '6543210987654321';

describe('who signed is', () => {
  it('a user, with the ids that no other user will have', () => {
    expect(readCallerIdentity(USER)).toEqual({
      member: { kind: 'user', account, name: 'deployer' },
      ids: { principalId: '288774244375210000', userId: '216959339000000000' },
    });
  });

  it.each([
    'acs:ram::6543210987654321:assumed-role/ci/build-7',
    'acs:sts::6543210987654321:assumed-role/ci/build-7',
    'acs:ram::6543210987654321:role/ci/build-7',
    'acs:ram::6543210987654321:role/ci',
  ])('one and the same role in %s', (Arn) => {
    expect(readCallerIdentity({ ...ROLE, Arn })).toEqual({
      member: { kind: 'role', account, name: 'ci' },
      ids: {
        principalId: '335376200829920000:build-7',
        roleId: '335376200829920000',
        sessionName: 'build-7',
      },
    });
  });

  it('the account itself', () => {
    expect(readCallerIdentity(ROOT)?.member).toEqual({ kind: 'root', account });
  });

  it('the same when STS one day says more', () => {
    expect(readCallerIdentity({ ...USER, Region: 'cn-hangzhou' })).toEqual(readCallerIdentity(USER));
  });
});

describe('who signed is nobody', () => {
  it.each<[string, object | string | null]>([
    ['in an identity type that is not known', { ...USER, IdentityType: 'ServiceAccount' }],
    ['in an identity type of another case', { ...USER, IdentityType: 'ramuser' }],
    ['without an identity type', { ...USER, IdentityType: undefined }],
    ['when the ARN is of another account', { ...USER, Arn: 'acs:ram::1111111111111111:user/deployer' }],
    ['when the account is a number', { ...USER, AccountId: 6_543_210_987_654_321 }],
    ['when a user has the ARN of a role', { ...USER, Arn: ROLE.Arn }],
    ['when a role has the ARN of a user', { ...ROLE, Arn: USER.Arn }],
    ['when a user has the ARN of the account', { ...USER, Arn: ROOT.Arn }],
    ['when the account has the ARN of a user', { ...ROOT, Arn: USER.Arn }],
    ['in an ARN of another service', { ...USER, Arn: 'acs:oss::6543210987654321:user/deployer' }],
    ['in an ARN of another cloud', { ...USER, Arn: 'arn:aws:iam::6543210987654321:user/deployer' }],
    ['in an ARN of another kind', { ...USER, Arn: 'acs:ram::6543210987654321:group/deployer' }],
    ['in an ARN with a region', { ...USER, Arn: 'acs:ram:cn-hangzhou:6543210987654321:user/deployer' }],
    ['in an ARN with a path', { ...USER, Arn: 'acs:ram::6543210987654321:user/a/deployer' }],
    ['in an ARN with a line behind', { ...USER, Arn: `${USER.Arn}\nacs:ram::1:root` }],
    ['in an ARN with text before', { ...USER, Arn: `x${USER.Arn}` }],
    ['in an ARN without a name', { ...USER, Arn: 'acs:ram::6543210987654321:user/' }],
    ['in an ARN with a wildcard', { ...USER, Arn: 'acs:ram::6543210987654321:user/*' }],
    ['in an ARN with a name of other letters', { ...USER, Arn: 'acs:ram::6543210987654321:user/dеployer' }],
    ['when a role session has two names', { ...ROLE, PrincipalId: '335376200829920000:other' }],
    ['when a role session has two roles', { ...ROLE, PrincipalId: '111111111111111111:build-7' }],
    ['when a role has no id', { ...ROLE, RoleId: undefined }],
    [
      'when a role session has no name',
      { ...ROLE, Arn: 'acs:ram::6543210987654321:role/ci', PrincipalId: '335376200829920000:' },
    ],
    ['when a user has no id', { ...USER, UserId: undefined }],
    ['when there is no principal id', { ...USER, PrincipalId: undefined }],
    ['when STS has not named the request', { ...USER, RequestId: undefined }],
    [
      'in the answer to AssumeRole',
      { RequestId, AssumedRoleUser: { Arn: ROLE.Arn, AssumedRoleId: ROLE.PrincipalId } },
    ],
    ['in an answer inside another', { GetCallerIdentityResponse: USER }],
    ['in a list', [USER]],
    ['in text', JSON.stringify(USER)],
    ['in nothing', null],
  ])('%s', (_, answer) => {
    expect(readCallerIdentity(answer)).toBeUndefined();
  });
});
