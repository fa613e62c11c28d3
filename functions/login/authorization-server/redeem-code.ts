// grant_type=authorization_code: the command line comes with its code and shows that it is the one that asked (RFC 6749
// section 4.1.3, RFC 7636 section 4.6).
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, type Result } from '../../../shared/kernel/result.ts';
import type { LoginDeps } from '../request/deps.ts';
import { type TokenFault, unavailable } from '../request/token-fault.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import { type AuthorizationCode, CODE_SECONDS, openCode } from './authorization-code.ts';
import { beginApproved, endWhatItGave, refuseApproved } from './begin-approved.ts';
import type { Begun } from './begin-command-line.ts';
import type { Moment } from './moment.ts';
import type { Parameters } from './read-parameters.ts';

/** RFC 7636 section 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

type Redeemed = Promise<Result<Begun, TokenFault>>;

async function begin(code: AuthorizationCode, given: Parameters, moment: Moment, deps: LoginDeps): Redeemed {
  const verifier = given['code_verifier'] ?? '';
  if (given['redirect_uri'] !== code.redirectUri) return refuseApproved('redirect-uri-differs', code);
  if (!VERIFIER.test(verifier) || !isSecretOf(verifier, code.challenge))
    return refuseApproved('verifier-wrong', code);
  return beginApproved(code, moment, deps);
}

/**
 * Spent when its session is there, and also when it is refused: so every use but one sees that it is not the first, and
 * what the first one made is there to be ended. A session whose token nobody was told opens nothing meanwhile.
 */
export async function redeemCode(given: Parameters, moment: Moment, deps: LoginDeps): Redeemed {
  const sealed = given['code'];
  if (sealed === undefined) return err({ error: 'invalid_request', reason: 'code-missing' });
  const code = await openCode(sealed, moment.now, deps.tokens.keys);
  if (!code) return err({ error: 'invalid_grant', reason: 'code-unreadable' });
  const begun = await begin(code, given, moment, deps);
  const expiresAt = new Date(moment.now.getTime() + CODE_SECONDS * 1000);
  const consumed = await deps.once.consume(onceKey('authorization-code', code.session), expiresAt);
  if (begun.ok && consumed.ok && consumed.value === 'first') return begun;
  const ended = await endWhatItGave(code, deps);
  if (!ended.ok) return ended;
  if (!consumed.ok) return err(unavailable(consumed.error));
  return consumed.value === 'again' ? refuseApproved('code-used', code) : begun;
}
