// Takes sessions of one role with a person's own credentials, and makes one call with each: GetRole of the role itself, which
// changes nothing. For `stint doctor --live`.
import type { SessionOrder, TakeSession } from '../../checks/live-questions.ts';
import { Secret } from '../../kernel/secret.ts';
import { clientClass, clientConfig, look, type ManagementOptions } from './manage-account.ts';
import { openRamReader } from './ram-reader.ts';

export interface LiveRole {
  readonly accountId: string;
  readonly roleName: string;
  /** That its trust policy asks for. */
  readonly externalId: string | undefined;
}

/** The shortest that STS gives. */
export const LIVE_SESSION_SECONDS = 900;
const SESSION_NAME = 'stint-doctor';

const policyOf = ({ condition }: SessionOrder): string =>
  JSON.stringify({
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ram:GetRole',
        Resource: '*',
        ...(condition && { Condition: condition }),
      },
    ],
  });

/** `sts` and `ram`: the endpoints, each with the credentials of the person. */
export function createTakeSession(
  sts: ManagementOptions,
  ramEndpoint: string,
  { accountId, roleName, externalId }: LiveRole,
): TakeSession {
  const roleArn = `acs:ram::${accountId}:role/${roleName}`;
  const what = { action: 'sts:AssumeRole', resource: roleArn };
  return async (order) => {
    const sdk = await import('@alicloud/sts20150401');
    const { default: module, AssumeRoleRequest } = sdk;
    const client = new (clientClass(module))(clientConfig(sts));
    const sent = order.externalId === undefined ? externalId : (order.externalId ?? undefined);
    const request = new AssumeRoleRequest({
      roleArn,
      roleSessionName: SESSION_NAME,
      durationSeconds: LIVE_SESSION_SECONDS,
      policy: policyOf(order),
      ...(sent === undefined ? {} : { externalId: sent }),
      ...(order.sourceIdentity === undefined ? {} : { sourceIdentity: order.sourceIdentity }),
    });
    const assumed = await look(what, () => client.assumeRole(request));
    if (!assumed.ok) return { kind: 'not-assumed', code: assumed.error.code };
    const { credentials, sourceIdentity } = assumed.value?.body ?? {};
    const { accessKeyId, accessKeySecret, securityToken } = credentials ?? {};
    if (!accessKeyId || !accessKeySecret || !securityToken)
      return { kind: 'not-assumed', code: 'EntityNotExist.Role' };
    const key = {
      accessKeyId,
      accessKeySecret: new Secret(accessKeySecret),
      securityToken: new Secret(securityToken),
    };
    const reader = openRamReader({ endpoint: ramEndpoint, credentials: () => key }, accountId);
    const called = await reader.role(roleName);
    const call = called.ok ? 'allowed' : called.error.isDenied ? 'denied' : called.error.code;
    return { kind: 'assumed', sourceIdentity, call };
  };
}
