// Calls vend as the person, with a session token. vend alone decides; the portal and the CloudSSO dialect pass its answer on.
import * as z from 'zod';
import type { VendCall } from '../../../shared/http/vend-call.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { mintToken } from '../keys/mint-token.ts';
import { VendRole } from '../ui/model/role-list.ts';
import { currentSignOn } from './current-sign-on.ts';
import type { LoginDeps } from './deps.ts';
import { withDirectoryGroups } from './directory-groups.ts';
import type { LoginContext, SignedIn } from './login-env.ts';
import { browserAddress } from './request-parts.ts';
import { traced } from './trace-request.ts';

const OK = 200;

/** The roles that the person may take. */
export const ROLES_CALL = { path: '/v1/roles', shape: z.object({ roles: z.array(VendRole) }) } as const;

const secret = z.string().transform((text) => new Secret(text));

const Vended = z.object({
  role: z.string(),
  roleArn: z.string(),
  /** When vend starts to issue new credentials, at the latest. */
  refreshAfter: z.iso.datetime().optional(),
  credentials: z.object({
    accessKeyId: z.string(),
    accessKeySecret: secret,
    securityToken: secret,
    expiration: z.iso.datetime(),
  }),
});
export type Vended = z.output<typeof Vended>;

/** Credentials of a role. */
export const credentialsCall = (role: string) =>
  ({ path: '/v1/credentials', body: { role }, shape: Vended }) as const;

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
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  const held = await withDirectoryGroups(session, signOn.value, c.get('now'), deps);
  if (!held.ok) return held;
  const token = await mintToken({ ...held.value, requirement }, endsAt, c.get('now'), deps.tokens, browser);
  const traceparent = c.get('span')?.traceparent(deps.numbers.stopwatch());
  const sent = traceparent === undefined ? request : { ...request, headers: { traceparent } };
  const answer = await traced(c, 'vend', () => deps.vend.call(token, sent), deps);
  if (!answer.ok) return err({ code: 'vend_unavailable', reason: 'vend-unreachable' });
  const body = answer.value.body.reveal();
  if (answer.value.status !== OK) return err(refusal(body));
  const parsed = shape.safeParse(body);
  const { ageSeconds = 0 } = answer.value;
  return parsed.success
    ? ok({ body: parsed.data, ageSeconds })
    : err({ code: 'vend_unavailable', reason: 'vend-unreadable' });
}
