// Asks vend in the person's own name. What comes of it vend alone decides; here it is only said.
import * as z from 'zod';
import type { VendCall } from '../../../shared/http/vend-call.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { mintToken } from '../keys/mint-token.ts';
import { browserAddress } from './browser-address.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext, SignedIn } from './login-env.ts';

const OK = 200;

/** The refusals that a person can do something about; any other is an interruption to them. */
const SAID_TO_PEOPLE = ['access_denied', 'step_up_required', 'rate_limited', 'role_misconfigured'] as const;

const Problem = z.object({ code: z.string() });

function refusal(body: unknown): SignOnFailure {
  const cause = Problem.safeParse(body).data?.code ?? 'none';
  const code = SAID_TO_PEOPLE.find((said) => said === cause) ?? 'vend_unavailable';
  return { code, reason: 'vend-refused', cause };
}

interface Said<T> {
  readonly said: T;
  /** How long ago what it hands out was made. */
  readonly ageSeconds: number;
}

export async function askVend<T>(
  c: LoginContext,
  { session, endsAt, requirement }: SignedIn,
  call: VendCall & { readonly shape: z.ZodType<T> },
  deps: LoginDeps,
): Promise<Result<Said<T>, SignOnFailure>> {
  const { shape, ...request } = call;
  const askingFor = { address: browserAddress(c, deps) };
  const token = await mintToken({ ...session, requirement }, endsAt, c.get('now'), deps.tokens, askingFor);
  const answer = await deps.vend.call(token, request);
  if (!answer.ok) return err({ code: 'vend_unavailable', reason: 'vend-unreachable' });
  const body = answer.value.body.reveal();
  if (answer.value.status !== OK) return err(refusal(body));
  const parsed = shape.safeParse(body);
  const { ageSeconds = 0 } = answer.value;
  return parsed.success
    ? ok({ said: parsed.data, ageSeconds })
    : err({ code: 'vend_unavailable', reason: 'vend-unreadable' });
}
