// `stint keys approve` and `stint keys revoke`: what becomes of a key that an issuer publishes.

import { type ListedKey, readKeys, writeDecisions } from '../../../shared/adapters/tablestore/key-ledger.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { KeyDecision } from '../../../shared/rules/values/key-standing.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatAuthor } from '../base/who-does-this.ts';
import { explainStoreFault } from '../documents/explain-apply-fault.ts';
import { readRulesInForce } from './rules-in-force.ts';

export interface KeyDecisionRequest {
  readonly decision: KeyDecision;
  readonly provider: string;
  /** Undefined: every key that was seen and not decided about. */
  readonly thumbprint: string | undefined;
  readonly env?: string | undefined;
}

interface Refusal {
  readonly message: string;
  readonly exitCode: ExitCode;
}
const refuse = (exitCode: ExitCode, message: string) => err<Refusal>({ exitCode, message });

/** SHA-256 as base64url. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/** 30 seconds between two looks at an issuer; 10 minutes for which a key set is fresh and 5 for a verified token. */
const WHEN = {
  approved: 'Instances take it from the next token on that is signed with it, at most 30 seconds from now.',
  revoked:
    'Instances refuse it within 15 minutes. To refuse it within 5 seconds, run stint flush --keep-sign-ins now.',
} as const satisfies Record<KeyDecision, string>;

/** Approving all must not bring back what was revoked. */
function chooseKeys(
  keys: readonly ListedKey[],
  { thumbprint }: KeyDecisionRequest,
): Result<readonly string[], Refusal> {
  if (thumbprint !== undefined) return ok([thumbprint]);
  const undecided = keys.filter(({ decided }) => !decided).map((key) => key.thumbprint);
  if (undecided.length > 0) return ok(undecided);
  const why =
    keys.length > 0 ? 'every key that was seen is decided about' : 'no key was seen yet: send vend one token';
  return refuse(EXIT.usage, `there is nothing to approve: ${why}`);
}

async function findKeys(
  rows: TablestoreRows,
  order: KeyDecisionRequest,
): Promise<Result<readonly string[], Refusal>> {
  const rules = await readRulesInForce(rows);
  if (!rules.ok) return refuse(EXIT.service, explainStoreFault(rules.error));
  const owner = rules.value.providersById.get(order.provider);
  if (!owner || !('newKeys' in owner))
    return refuse(
      EXIT.usage,
      `no provider named ${order.provider} in the rules in force has keys that are fetched`,
    );
  const keys = await readKeys(rows);
  if (!keys.ok) return refuse(EXIT.service, explainStoreFault(keys.error));
  return chooseKeys(
    keys.value.filter(({ provider }) => provider === order.provider),
    order,
  );
}

export async function decideKeys(order: KeyDecisionRequest, terminal: Terminal): Promise<ExitCode> {
  const { note, out } = terminal;
  const { decision, provider, thumbprint } = order;
  if (thumbprint !== undefined && !THUMBPRINT.test(thumbprint)) {
    note('give the thumbprint as stint keys shows it: 43 characters of A-Z, a-z, 0-9, - and _');
    return EXIT.usage;
  }
  const settings = readCloudSettings(order.env, terminal);
  if (!settings.ok) {
    note(settings.error);
    return EXIT.usage;
  }
  const rows = openRows(openTablestore(settings.value));
  const chosen = await findKeys(rows, order);
  if (!chosen.ok) {
    note(chosen.error.message);
    return chosen.error.exitCode;
  }
  const decidedBy = formatAuthor(terminal, settings.value);
  const decided = chosen.value.map((key) => ({
    provider,
    thumbprint: key,
    decision,
    decidedAt: new Date(),
    decidedBy,
  }));
  const written = await writeDecisions(rows, decided);
  if (!written.ok) {
    note(explainStoreFault(written.error));
    return EXIT.service;
  }
  for (const key of chosen.value) out(`${decision} ${provider} ${key}`);
  out(WHEN[decision]);
  return EXIT.ok;
}
