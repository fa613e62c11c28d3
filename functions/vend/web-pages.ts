// Which web pages may call, and read the answers: those that the caller's provider names. Without the rules, none may.

import { type Answer, problem } from '../../shared/http/answer.ts';
import { allowOrigin, permission } from '../../shared/http/cors.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';

/** Not every kind of caller comes through a page: a browser's certificate goes with a request unasked, like a cookie. */
function names(provider: Provider, origin: string): boolean {
  return 'allowedOrigins' in provider && provider.allowedOrigins.includes(origin);
}

/**
 * A page that one provider names has no business with another's tokens: it gets nothing made, not merely nothing to
 * read. A request without Origin comes from no page.
 */
export function admitPage(
  origin: string | undefined,
  principal: Principal,
  { providersById }: Rules,
): Result<void, Failure> {
  const provider = providersById.get(principal.provider);
  if (origin === undefined || (provider && names(provider, origin))) return ok(undefined);
  return err({ code: 'access_denied', reason: 'origin-not-allowed' });
}

/** Before the caller is known, or where none could be made out: any provider's page. What it reads then is constant. */
const isAnyPage = ({ providersById }: Rules, origin: string): boolean =>
  [...providersById.values()].some((provider) => names(provider, origin));

/** The answer, and leave to read it where the page may. */
export async function showToPage(
  answer: Answer,
  origin: string,
  principal: Principal | undefined,
  { store }: Pick<VendDeps, 'store'>,
): Promise<Answer> {
  const rules = await store.current();
  if (!rules.ok) return answer;
  const mayRead = principal ? admitPage(origin, principal, rules.value).ok : isAnyPage(rules.value, origin);
  return mayRead ? allowOrigin(answer, origin) : answer;
}

/** A browser asks before it sends a request with a proof (Fetch standard, CORS preflight); no proof is with it. */
export async function answerPreflight(
  origin: string,
  methods: string,
  requestId: RequestId,
  { store }: Pick<VendDeps, 'store'>,
): Promise<Answer> {
  const rules = await currentRules(store);
  if (!rules.ok) return problem(rules.error, requestId);
  if (isAnyPage(rules.value, origin)) return permission(origin, methods);
  return problem({ code: 'access_denied', reason: 'origin-not-allowed' }, requestId);
}
