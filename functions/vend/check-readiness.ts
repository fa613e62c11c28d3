// GET /readyz: do the dependencies answer? Anyone may ask, so an answer is kept for a while: asking must not become a
// way to spend the account's STS quota.
import { type Answer, success } from '../../shared/http/answer.ts';
import { RETRY_OUTAGE } from '../../shared/http/problem.ts';
import type { VendDeps } from './deps.ts';

const KEPT_MS = 5_000;

export function createReadiness({ probes, clock }: Pick<VendDeps, 'probes' | 'clock'>) {
  let kept: { readonly askedAt: number; readonly answer: Promise<Answer> } | undefined;

  const ask = async (): Promise<Answer> => {
    const [tablestore, sts] = await Promise.all([probes.tablestore(), probes.sts()]);
    const word = (up: boolean) => (up ? 'up' : 'down');
    const checks = { tablestore: word(tablestore), sts: word(sts) };
    const isUp = tablestore && sts;
    const answer = success({ status: word(isUp), checks });
    return isUp ? answer : { ...answer, status: 503, headers: { ...answer.headers, ...RETRY_OUTAGE } };
  };

  return (): Promise<Answer> => {
    const now = clock.now().getTime();
    if (!kept || now - kept.askedAt >= KEPT_MS) kept = { askedAt: now, answer: ask() };
    return kept.answer;
  };
}
