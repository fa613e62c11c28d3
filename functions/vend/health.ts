// GET /healthz: does this instance answer? GET /readyz: do its dependencies answer? Anyone may ask, so the answer of the
// second is kept for a while: otherwise anyone could use up the account's quota of STS calls.
import { type Answer, success } from '../../shared/http/answer.ts';
import { RETRY_OUTAGE } from '../../shared/http/problem.ts';
import type { VendDeps } from './deps.ts';

/** How long the answer about the dependencies is kept. */
const KEPT_MS = 5_000;

export const createHealth = () => (): Answer => success({ status: 'up' });

/** Answers with 503 and Retry-After while a dependency is down. A hub that is down keeps no caller from being answered. */
export function createReadiness({ probes, clock }: Pick<VendDeps, 'probes' | 'clock'>) {
  let kept: { readonly askedAt: number; readonly answer: Promise<Answer> } | undefined;

  const probe = async (): Promise<Answer> => {
    const [tablestore, sts, hubs] = await Promise.all([probes.tablestore(), probes.sts(), probes.hubs?.()]);
    const word = (up: boolean) => (up ? 'up' : 'down');
    const ofHubs = hubs === undefined ? {} : { hubs: word(hubs) };
    const checks = { tablestore: word(tablestore), sts: word(sts), ...ofHubs };
    const isUp = tablestore && sts;
    const answer = success({ status: word(isUp), checks });
    return isUp ? answer : { ...answer, status: 503, headers: { ...answer.headers, ...RETRY_OUTAGE } };
  };

  return (): Promise<Answer> => {
    const now = clock.now().getTime();
    if (!kept || now - kept.askedAt >= KEPT_MS) kept = { askedAt: now, answer: probe() };
    return kept.answer;
  };
}
