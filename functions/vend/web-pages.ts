// Which web pages may send requests and read the answers (CORS): those that the caller's provider names. While the rules cannot
// be read, no page may.

import { type Answer, problem } from '../../shared/http/answer.ts';
import { allowOrigin, permission } from '../../shared/http/cors.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import type { RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import type { VendDeps } from './deps.ts';

/**
 * Only OIDC providers name pages. A provider of client certificates must not: browsers send certificates unasked, like
 * cookies.
 */
function allowsOrigin(provider: Provider, origin: string): boolean {
  return 'allowedOrigins' in provider && provider.allowedOrigins.includes(origin);
}

/** A wire is for programs: no page may use one. */
export const isForPages = ({ wire }: Pick<RequestMetadata, 'wire'>): boolean => wire === undefined;

/**
 * A page that one provider names must not use the tokens of another. It is refused before anything is issued: hiding the
 * answer from it would not be enough. A request without Origin comes from no page.
 */
export function admitPage(
  { origin, wire }: Pick<RequestMetadata, 'origin' | 'wire'>,
  principal: Principal,
  { providersById }: Rules,
): Result<void, Failure> {
  if (origin === undefined) return ok(undefined);
  const provider = providersById.get(principal.provider);
  if (isForPages({ wire }) && provider && allowsOrigin(provider, origin)) return ok(undefined);
  return err({ code: 'access_denied', reason: 'origin-not-allowed' });
}

/**
 * For answers that are given before the caller is known: the pages of all providers. These answers hold nothing of a caller.
 */
const isAnyPage = ({ providersById }: Rules, origin: string): boolean =>
  [...providersById.values()].some((provider) => allowsOrigin(provider, origin));

/** The answer; with the header that lets the page read it, if the page may. */
export async function showToPage(
  answer: Answer,
  origin: string,
  principal: Principal | undefined,
  { store }: Pick<VendDeps, 'store'>,
): Promise<Answer> {
  const rules = await store.current();
  if (!rules.ok) return answer;
  const mayRead = principal
    ? admitPage({ origin }, principal, rules.value).ok
    : isAnyPage(rules.value, origin);
  return mayRead ? allowOrigin(answer, origin) : answer;
}

/** The CORS preflight (Fetch standard): a browser asks before it sends a request with a proof, and sends no proof with it. */
export async function answerPreflight(
  origin: string,
  methods: string,
  requestId: RequestId,
  { store }: Pick<VendDeps, 'store'>,
): Promise<Answer> {
  const rules = await store.current();
  if (!rules.ok) return problem(storeUnavailable(rules.error), requestId);
  if (isAnyPage(rules.value, origin)) return permission(origin, methods);
  return problem({ code: 'access_denied', reason: 'origin-not-allowed' }, requestId);
}
