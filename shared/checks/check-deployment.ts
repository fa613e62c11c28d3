// Is what surrounds the functions as it must be: clocks, tables, keys? Each check takes what was found.
import { CLOCK_TOLERANCE_MS } from '../kernel/clock.ts';
import type { NewKeyRules } from '../rules/document/key-owners.ts';
import type { Providers } from '../rules/document/provider.ts';
import { type KeyDecision, keyStatusOf } from '../rules/values/issuer-key.ts';
import type { CheckFinding } from './finding.ts';

/** `date`: the header `Date` of an answer that came at `now`. Undefined: the answer had none, or one that is no time. */
export function checkClock(service: string, date: string | null, now: Date): readonly CheckFinding[] {
  const skew = date === null ? Number.NaN : now.getTime() - new Date(date).getTime();
  if (Number.isNaN(skew) || Math.abs(skew) <= CLOCK_TOLERANCE_MS) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  const detail = `this machine is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} it`;
  return [{ name: 'clock-skew', subject: service, detail }];
}

interface CheckedTable {
  readonly name: string;
  readonly key: readonly string[];
  /** Absent: kept for ever. */
  readonly keepSeconds?: number;
}

const formatKept = (seconds: number | undefined): string =>
  seconds === undefined ? 'for ever' : `for ${seconds} s`;

/** `found` is undefined where Tablestore has no such table. */
export function checkTable(wanted: CheckedTable, found: CheckedTable | undefined): readonly CheckFinding[] {
  const subject = wanted.name;
  if (!found)
    return [
      { name: 'table-missing', subject, detail: `Stint keeps its rows ${formatKept(wanted.keepSeconds)}` },
    ];
  if (found.key.join() !== wanted.key.join())
    return [
      { name: 'table-key', subject, detail: `${found.key.join(', ')} and not ${wanted.key.join(', ')}` },
    ];
  if (found.keepSeconds === wanted.keepSeconds) return [];
  const detail = `Tablestore keeps rows ${formatKept(found.keepSeconds)}, Stint means ${formatKept(wanted.keepSeconds)}`;
  return [{ name: 'table-ttl', subject, detail }];
}

/** A key of an issuer, as vend and login saw it. */
export interface CheckedKey {
  readonly provider: string;
  readonly thumbprint: string;
  readonly kid: string;
  /** Undefined: it was decided about, and never seen. */
  readonly firstSeen: Date | undefined;
  readonly decision: KeyDecision | undefined;
}

/** Half a year: rotating takes one command and a deployment. */
export const MAX_SESSION_KEY_AGE_MS = 183 * 86_400_000;

const SHOWN_DIGITS = 12;

/** Keys that wait for approval, of providers and connections whose new keys do. */
export const findHeldKeys = (keys: readonly CheckedKey[], rules: NewKeyRules): readonly CheckFinding[] =>
  keys.flatMap(({ provider: id, thumbprint, decision, firstSeen }) => {
    const rule = rules.get(id);
    if (rule === undefined || !firstSeen) return [];
    if (keyStatusOf(decision, rule) !== 'held') return [];
    const since = firstSeen.toISOString().slice(0, 'yyyy-mm-dd'.length);
    return [
      { name: 'key-held', subject: id, detail: `${thumbprint.slice(0, SHOWN_DIGITS)}…, since ${since}` },
    ];
  });

/**
 * The keys of session tokens. `issuer`: of this deployment's sign-on. `published`: the ids of the keys that login publishes, the
 * signing one first; undefined where it gave no answer. Nothing is wrong where no provider trusts that issuer.
 */
export function checkSessionKeys(
  keys: readonly CheckedKey[],
  { providersById }: Providers,
  issuer: string,
  published: readonly string[] | undefined,
  now: Date,
): readonly CheckFinding[] {
  const own = [...providersById.values()].filter((one) => 'issuer' in one && one.issuer === issuer);
  if (own.length === 0) return [];
  const [signing] = published ?? [];
  if (signing === undefined)
    return [{ name: 'session-keys-missing', subject: issuer, detail: 'no key is published' }];
  const seen = keys.filter(({ provider, kid }) => kid === signing && own.some(({ id }) => id === provider));
  const since = Math.min(...seen.flatMap(({ firstSeen }) => firstSeen?.getTime() ?? []));
  if (!Number.isFinite(since) || now.getTime() - since <= MAX_SESSION_KEY_AGE_MS) return [];
  const detail = `in use since ${new Date(since).toISOString().slice(0, 'yyyy-mm-dd'.length)}`;
  return [{ name: 'session-key-old', subject: signing, detail }];
}
