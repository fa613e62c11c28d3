// The probe as a caller: its identity is the role of sweep itself, proved to vend by a signed GetCallerIdentity request, so that
// no secret is stored for it. What it is given is dropped unread.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { ProbeCaller } from '../../shared/checks/check-probe.ts';
import type { VendClient } from '../../shared/http/vend-call.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import {
  type CallerKey,
  type ProofTarget,
  signCallerProof,
} from '../../shared/pipeline/authenticate/aliyun/sign-caller-proof.ts';

/** STS gives no shorter sessions. */
const DURATION_SECONDS = 900;
const FORGED_SECRET_BYTES = 16;

const Problem = z.object({ code: z.string().regex(/^[a-z_]{1,40}$/) });

export function createProbeCaller(
  vend: VendClient,
  target: ProofTarget,
  ownKey: () => CallerKey,
  clock: Clock,
): ProbeCaller {
  return {
    async ask(role, proof) {
      const forged = randomBytes(FORGED_SECRET_BYTES).toString('hex');
      const key = proof === 'own' ? ownKey() : { ...ownKey(), accessKeySecret: forged };
      const token = new Secret(signCallerProof(target, key, clock.now()));
      const body = { role, durationSeconds: DURATION_SECONDS };
      const answer = await vend.call(token, { path: '/v1/credentials', body });
      if (!answer.ok) return undefined;
      const problem = Problem.safeParse(answer.value.body.reveal());
      return { status: answer.value.status, code: problem.data?.code };
    },
  };
}
