// GET /readyz: do the dependencies answer? Anyone may ask, so an answer is kept for a while: asking must not become a
// way to spend the account's STS quota.
import { type Answer, success } from '../../shared/http/answer.ts';
import type { VendDeps } from './deps.ts';

const KEPT_MS = 5_000;

export function createReadiness({ probes, clock }: Pick<VendDeps, 'probes' | 'clock'>) {
  let kept: { readonly askedAt: number; readonly answer: Promise<Answer> } | undefined;

  const ask = async (): Promise<Answer> => {
    const [tablestore, sts] = await Promise.all([probes.tablestore(), probes.sts()]);
    const word = (up: boolean) => (up ? 'up' : 'down');
    const checks = { tablestore: word(tablestore), sts: word(sts) };
    return { ...success({ status: word(tablestore && sts), checks }), status: tablestore && sts ? 200 : 503 };
  };

  return (): Promise<Answer> => {
    const now = clock.now().getTime();
    if (!kept || now - kept.askedAt >= KEPT_MS) kept = { askedAt: now, answer: ask() };
    return kept.answer;
  };
}
