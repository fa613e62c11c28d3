// Refuses session tokens of people who left. A session token lasts for 5 minutes, and a person who left must be out within
// seconds, so vend looks up each person for whom `login` signed a token. Callers with other proofs cost no read.
import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { LEAVER_GENERATIONS_CLAIM, PERSON_CLAIM } from '../../shared/kernel/login-claims.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import { LeaverGenerations, leaverState, namesOf, reasonToRefuse } from '../../shared/people/leaver.ts';
import { isOwnLogin } from '../../shared/pipeline/authenticate/oidc/own-session-token.ts';
import type { VendDeps } from './deps.ts';

/**
 * Fails with `invalid_token` (`person-left`, or `signed-on-before-leaving` where the person is back and must sign in anew), or with
 * `store_unavailable`: a row that cannot be read may keep anyone out.
 */
export async function refuseLeaver(
  principal: Principal,
  { leavers, publicUrl }: Pick<VendDeps, 'leavers' | 'publicUrl'>,
): Promise<Result<void, Failure>> {
  if (principal.kind !== 'oidc' || !isOwnLogin(principal, publicUrl)) return ok(undefined);
  const { sub, [PERSON_CLAIM]: link, [LEAVER_GENERATIONS_CLAIM]: signedOn = [] } = principal.claims;
  const then = LeaverGenerations.safeParse(signedOn).data;
  // login writes both in every token that needs them: another type is none of its tokens.
  if (typeof sub !== 'string' || !then) return err({ code: 'invalid_token', reason: 'person-left' });
  const names = namesOf(sub, typeof link === 'string' ? link : undefined);
  const found = await leavers.find(names);
  if (!found.ok) return err(storeUnavailable(found.error));
  const reason = reasonToRefuse(leaverState(names, found.value), then);
  return reason === undefined ? ok(undefined) : err({ code: 'invalid_token', reason });
}
