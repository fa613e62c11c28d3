// AssumeRole over the STS SDK, with a deadline, and retries only where nothing can be harmed: a second AssumeRole
// makes another credential, which is lost.

import pRetry, { AbortError } from 'p-retry';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import type { AssumedRole, AssumeFault, RoleAssumer } from '../../pipeline/assume/role-assumer.ts';
import type { StsClient, StsOrder } from './sts-client.ts';
import { classifyStsError, isRepeatable, StsAnswerError } from './sts-fault.ts';

const RETRIES = 2;
const FIRST_RETRY_MS = 200;
const RETRY = { retries: RETRIES, minTimeout: FIRST_RETRY_MS, randomize: true };

type Answer = Awaited<ReturnType<StsClient['assumeRole']>>;

/** As STS writes times. Another form may mean another time zone, or less than a day. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Every member but the id of the session must be there and be text: half an answer is no credential. */
function readAnswer(body: Answer['body']): AssumedRole | undefined {
  const { credentials, assumedRoleUser, requestId } = body ?? {};
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials ?? {};
  const end = new Date(UTC.test(expiration ?? '') ? (expiration ?? '') : Number.NaN);
  if (!accessKeyId || !accessKeySecret || !securityToken || !assumedRoleUser?.arn) return undefined;
  if (Number.isNaN(end.getTime())) return undefined;
  return {
    accessKeyId,
    accessKeySecret: new Secret(accessKeySecret),
    securityToken: new Secret(securityToken),
    expiration: end,
    assumedRoleArn: assumedRoleUser.arn,
    assumedRoleId: assumedRoleUser.assumedRoleId,
    requestId: requestId ?? '',
  };
}

async function attempt(
  client: Pick<StsClient, 'assumeRole'>,
  order: StsOrder,
  mayRepeat: typeof isRepeatable,
): Promise<AssumedRole> {
  let answer: Answer;
  try {
    answer = await client.assumeRole(order);
  } catch (error) {
    const fault = classifyStsError(error);
    throw mayRepeat(fault) ? new StsAnswerError(fault) : new AbortError(new StsAnswerError(fault));
  }
  const role = readAnswer(answer.body);
  if (!role) throw new AbortError(new StsAnswerError({ kind: 'unusable', cause: 'answer-incomplete' }));
  return role;
}

/** The port to AssumeRole, and the same for a session of Stint's own, whose policy no grant has given. */
export interface StsAssumer extends RoleAssumer {
  assume(order: StsOrder): Promise<Result<AssumedRole, AssumeFault>>;
}

/**
 * `open` gives the client, which loads the SDK with the first call. `mayRepeat`: of a fault, whether the same call is made again.
 */
export function createStsRoleAssumer(
  open: () => Promise<Pick<StsClient, 'assumeRole'>>,
  mayRepeat: typeof isRepeatable = isRepeatable,
): StsAssumer {
  return {
    async assume(order) {
      const client = await open();
      try {
        const tryOnce = () => attempt(client, order, mayRepeat);
        // Only a call that failed pays for the retries, of which the first attempt is one.
        const role = await tryOnce().catch((error: unknown) =>
          pRetry((number) => (number === 1 ? Promise.reject(error) : tryOnce()), RETRY),
        );
        return ok(role);
      } catch (error) {
        if (error instanceof StsAnswerError) return err(error.fault);
        throw error;
      }
    },
  };
}
