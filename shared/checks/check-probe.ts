// Does the deployment answer as it must? Three requests, sent as callers send them, so that the domain, vend, Tablestore, STS
// and the audit trail all take part: one that must get credentials, one for a role that the same caller must not get, and one
// with a forged proof.
import { type CheckFinding, notChecked } from './finding.ts';

/** Undefined: no answer. `code` is that of a problem; undefined where the answer is none. */
export type ProbeAnswer = { readonly status: number; readonly code: string | undefined } | undefined;

export interface ProbeCaller {
  /** Sends POST /v1/credentials for the role with the caller's own proof, or with one whose signature is wrong. */
  ask(role: string, proof: 'own' | 'forged'): Promise<ProbeAnswer>;
}

const HTTP_OK = 200;

const describeAnswer = (answer: ProbeAnswer): string =>
  answer === undefined ? 'no answer' : [answer.status, answer.code].filter(Boolean).join(' ');

function judgeOther(role: string, answer: ProbeAnswer): readonly CheckFinding[] {
  if (answer?.code === 'access_denied') return [];
  const detail = describeAnswer(answer);
  // After a step-up it would get the role: some grant gives it.
  const isGiven = answer?.status === HTTP_OK || answer?.code === 'step_up_required';
  return [{ name: isGiven ? 'probe-not-refused' : 'probe-refused', subject: role, detail }];
}

/** `others`: the other roles of the rules, undefined where the rules cannot be read; `turn` chooses which of them is asked for, so that all have their turn. */
export async function runProbe(
  caller: ProbeCaller,
  role: string,
  others: readonly string[] | undefined,
  turn: number,
): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  const own = await caller.ask(role, 'own');
  if (own?.status !== HTTP_OK)
    findings.push({ name: 'probe-refused', subject: role, detail: describeAnswer(own) });
  if (!others) findings.push(notChecked('probe', 'the rules cannot be read: no other role was asked for'));
  const other = others?.[turn % Math.max(others.length, 1)];
  if (other !== undefined) findings.push(...judgeOther(other, await caller.ask(other, 'own')));
  const forged = await caller.ask(role, 'forged');
  if (forged?.status === HTTP_OK)
    findings.push({ name: 'probe-forgery-accepted', subject: role, detail: describeAnswer(forged) });
  return findings;
}
