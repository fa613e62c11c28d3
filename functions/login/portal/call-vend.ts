// Calls vend as the person, with a session token. vend alone decides; the portal passes its answer on.
import * as z from 'zod';
import type { VendCall } from '../../../shared/http/vend-call.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { mintToken } from '../keys/mint-token.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import { browserAddress } from '../request/request-parts.ts';

const OK = 200;

/** vend's refusals that have a page of their own. Any other response is an outage to the person. */
const SHOWN_TO_PEOPLE = ['access_denied', 'step_up_required', 'rate_limited', 'role_misconfigured'] as const;

const Problem = z.object({ code: z.string() });

function refusal(body: unknown): SignOnFailure {
  const cause = Problem.safeParse(body).data?.code ?? 'none';
  const code = SHOWN_TO_PEOPLE.find((shown) => shown === cause) ?? 'vend_unavailable';
  return { code, reason: 'vend-refused', cause };
}

interface VendResponse<T> {
  readonly body: T;
  /** How long ago vend issued the credentials in the body. */
  readonly ageSeconds: number;
}

/**
 * `call.shape`: the schema of the body of a response with status 200.
 * Fails with vend's own code if the person can do something about it, otherwise with `vend_unavailable`.
 */
export async function callVend<T>(
  c: LoginContext,
  { session, endsAt, requirement }: SignedIn,
  call: VendCall & { readonly shape: z.ZodType<T> },
  deps: LoginDeps,
): Promise<Result<VendResponse<T>, SignOnFailure>> {
  const { shape, ...request } = call;
  const browser = { address: browserAddress(c, deps) };
  const token = await mintToken({ ...session, requirement }, endsAt, c.get('now'), deps.tokens, browser);
  const answer = await deps.vend.call(token, request);
  if (!answer.ok) return err({ code: 'vend_unavailable', reason: 'vend-unreachable' });
  const body = answer.value.body.reveal();
  if (answer.value.status !== OK) return err(refusal(body));
  const parsed = shape.safeParse(body);
  const { ageSeconds = 0 } = answer.value;
  return parsed.success
    ? ok({ body: parsed.data, ageSeconds })
    : err({ code: 'vend_unavailable', reason: 'vend-unreadable' });
}
