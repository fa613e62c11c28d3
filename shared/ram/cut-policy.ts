// A policy cut down to some of its actions, which grants use as `policyFrom` with `only`. An action that RAM's wildcards
// cannot single out is refused, not guessed at.
import { err, ok, type Result } from '../kernel/result.ts';
import { contains } from './contains.ts';
import { globContains, globsOverlap } from './glob.ts';
import type { Actions, Policy, Statement } from './policy.ts';
import { shrinkPolicy } from './shrink-policy.ts';

export interface CutFault {
  /** Index of the action pattern; absent when the fault is about all of them together. */
  readonly index?: number;
  /** What to do about it, for the author of the grant. */
  readonly message: string;
}

/**
 * Gives what the policy allows of the action patterns `only`, and nothing else, shrunk. Fails with a fault for each pattern
 * that the policy does not allow or that cannot be singled out, or with one fault if the result is not provably within the
 * policy.
 */
export function cutPolicy(policy: Policy, only: readonly string[]): Result<Policy, readonly CutFault[]> {
  const allowed = policy.statements.filter(({ effect }) => effect === 'Allow');
  const faults = only.flatMap((wanted, index) => {
    const message = faultOf(allowed, wanted);
    return message === undefined ? [] : [{ index, message }];
  });
  if (faults.length > 0) return err(faults);
  const statements = policy.statements.flatMap((statement) => {
    if (statement.effect === 'Allow') return cutAllow(statement, only);
    return isNeeded(statement, only) ? [statement] : [];
  });
  const cut = shrinkPolicy({ version: policy.version, statements });
  // The steps above are only a proposal: the proof decides.
  return contains(policy, cut).ok
    ? ok(cut)
    : err([{ message: 'name fewer actions: the rest cannot be proved to be within the policy' }]);
}

/** Undefined when no patterns express it: `a*` and `*b` have actions in common that neither can single out. */
type Common = readonly string[] | undefined;

const within = (inner: string, outer: string): boolean =>
  globContains(outer.toLowerCase(), inner.toLowerCase());
const overlap = (a: string, b: string): boolean => globsOverlap(a.toLowerCase(), b.toLowerCase());

/** The actions that both the statement and the pattern are about. */
function commonActions({ kind, patterns }: Actions, wanted: string): Common {
  const isWithinOne = patterns.some((pattern) => within(wanted, pattern));
  if (kind === 'except') {
    if (isWithinOne) return [];
    return patterns.some((pattern) => overlap(pattern, wanted)) ? undefined : [wanted];
  }
  if (isWithinOne) return [wanted];
  const whole = patterns.filter((pattern) => within(pattern, wanted));
  const touched = patterns.filter((pattern) => overlap(pattern, wanted));
  return touched.length > whole.length ? undefined : whole;
}

/** A Deny that is about none of the actions takes nothing away from them. Every other Deny stays whole, which is provable. */
const isNeeded = ({ actions: { kind, patterns } }: Statement, only: readonly string[]): boolean =>
  kind === 'except' || patterns.some((pattern) => only.some((wanted) => overlap(pattern, wanted)));

function faultOf(statements: readonly Statement[], wanted: string): string | undefined {
  const common = statements.map(({ actions }) => commonActions(actions, wanted));
  if (common.includes(undefined))
    return 'write a narrower pattern: the policy allows a part of it that no pattern can single out';
  return common.every((patterns) => patterns?.length === 0)
    ? 'remove or correct it: the policy allows no such action'
    : undefined;
}

function cutAllow(statement: Statement, only: readonly string[]): readonly Statement[] {
  const patterns = only.flatMap((wanted) => commonActions(statement.actions, wanted) ?? []);
  return patterns.length === 0 ? [] : [{ ...statement, actions: { kind: 'only', patterns } }];
}
