// `stint keys approve` and `stint keys revoke`: records a decision about keys that an issuer publishes.
import {
  type ListedKey,
  readKeys,
  writeDecisions,
} from '../../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { isSamlKeyOwner, type KeyDecision } from '../../../shared/rules/values/issuer-key.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { readNewKeyRules } from './rules-in-force.ts';

interface KeyDecisionRequest {
  readonly decision: KeyDecision;
  /** The id of a provider of the rules in force, or `saml/` and the id of a SAML connection. */
  readonly provider: string;
  /** RFC 7638. Undefined: every key of the provider that was seen and has no decision yet. */
  readonly thumbprint: string | undefined;
  readonly env?: string | undefined;
}

/** SHA-256 as base64url. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

type InEffect = Record<KeyDecision, string>;

/** Instances look at an issuer every 30 seconds; a key set is fresh for 10 minutes and a verified token for 5. */
const OF_PROVIDER: InEffect = {
  approved: 'Instances take it from the next token on that is signed with it, at most 30 seconds from now.',
  revoked:
    'Instances refuse it within 15 minutes. To refuse it within 5 seconds, run stint flush --keep-sign-ins now.',
};

/** Instances of login read what they know of a SAML connection every 30 seconds. */
const OF_SAML_CONNECTION: InEffect = {
  approved: 'Instances take it within 30 seconds.',
  revoked:
    'Instances refuse it within 30 seconds. People who signed in by it stay signed in: stint flush ends all sessions.',
};

const inEffect = (owner: string): InEffect => (isSamlKeyOwner(owner) ? OF_SAML_CONNECTION : OF_PROVIDER);

/** Writes one decision for each key, and prints the keys and when the decision takes effect. */
export async function decideKeys(
  request: KeyDecisionRequest,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const { decision, provider, thumbprint } = request;
  if (thumbprint !== undefined && !THUMBPRINT.test(thumbprint))
    return wrongUsage('give the thumbprint as stint keys shows it: 43 characters of A-Z, a-z, 0-9, - and _');
  const settings = readCloudSettings(request.env, terminal);
  if (!settings.ok) return settings;
  const rows = openRows(openTablestore(settings.value));
  const chosen = await findKeys(rows, request);
  if (!chosen.ok) return chosen;
  const decidedBy = formatAuthor(terminal, settings.value);
  const decidedAt = new Date();
  const written = await writeDecisions(
    rows,
    chosen.value.map((key) => ({ provider, thumbprint: key, decision, decidedAt, decidedBy })),
  );
  if (!written.ok) return storeFailed(written.error);
  for (const key of chosen.value) terminal.out(`${decision} ${provider} ${key}`);
  terminal.out(inEffect(provider)[decision]);
  return ok(undefined);
}

async function findKeys(
  rows: TablestoreRows,
  request: KeyDecisionRequest,
): Promise<Result<readonly string[], CommandFault>> {
  const rules = await readNewKeyRules(rows);
  if (!rules.ok) return storeFailed(rules.error);
  if (!rules.value.has(request.provider))
    return wrongUsage(
      `no provider named ${request.provider} in the rules in force has keys that are fetched; a SAML connection is named saml/<id>`,
    );
  const keys = await readKeys(rows);
  if (!keys.ok) return storeFailed(keys.error);
  return chooseKeys(
    keys.value.filter((key) => key.provider === request.provider),
    request,
  );
}

/** Only keys without a decision: an approval of all keys must not bring back a revoked one. */
function chooseKeys(
  keys: readonly ListedKey[],
  { thumbprint }: KeyDecisionRequest,
): Result<readonly string[], CommandFault> {
  if (thumbprint !== undefined) return ok([thumbprint]);
  const undecided = keys.filter(({ decided }) => !decided).map((key) => key.thumbprint);
  if (undecided.length > 0) return ok(undecided);
  const why =
    keys.length > 0
      ? 'every key that was seen is decided about'
      : 'no key was seen yet: send vend one token, or sign in once';
  return wrongUsage(`there is nothing to approve: ${why}`);
}
