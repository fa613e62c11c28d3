// `stint policy fetch`: reads a policy from RAM, says whether it fits into a session policy, and prints it as a pin or puts
// the pin into a document.
import { resolve } from 'node:path';
import {
  type FetchedPolicy,
  openRamPolicies,
  type RamFault,
  type RamPolicies,
} from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { bytesLeft, formatPolicy, MAX_SESSION_POLICY_BYTES } from '../../../shared/ram/format-policy.ts';
import { shrinkPolicy } from '../../../shared/ram/shrink-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/pinned-policies.ts';
import { PinnedPolicy, PolicyName, PolicyType } from '../../../shared/rules/document/pinned-policy.ts';
import { readRamSettings } from '../base/cloud-settings.ts';
import { type CommandFault, EXIT, type ExitCode, wrongUsage } from '../base/command-fault.ts';
import { explainRamFault } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { editDocument } from './edit-document.ts';
import { editList, putEntry, renderEntries } from './edit-list.ts';

export interface FetchPolicyOptions {
  readonly env?: string;
  readonly type?: PolicyType;
  /** The document that gets the pin, relative to the terminal's folder. Undefined: the pin is printed. */
  readonly into?: string;
}

type FoundPolicy = FetchedPolicy & { readonly type: PolicyType };

/** `name` is the policy's name in RAM. Fails when RAM does not give the policy, or the document cannot take it. */
export async function fetchPolicy(
  name: string,
  options: FetchPolicyOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const named = PolicyName.safeParse(name);
  const settings = readRamSettings(options.env, terminal);
  if (!named.success || !settings.ok) {
    const nameFaults = named.error?.issues.map(({ message }) => message) ?? [];
    return wrongUsage([...nameFaults, ...(settings.ok ? [] : [settings.error.message])].join('\n'));
  }
  const types = options.type === undefined ? PolicyType.options : [options.type];
  const found = await findPolicy(openRamPolicies(settings.value), named.data, types);
  if (!found.ok) return err({ message: explainRamFault(found.error), exitCode: exitCodeOf(found.error) });
  const pin = pinOf(named.data, found.value);
  terminal.note(`${pin.name} (${pin.type}, ${pin.version}) ${formatFit(found.value)}`);
  if (options.into !== undefined) return putInto(options.into, pin, terminal);
  terminal.out(renderPin(pin).trimEnd());
  return ok(undefined);
}

/** The first of `types` that RAM has a policy of this name of. */
async function findPolicy(
  ram: RamPolicies,
  name: string,
  types: readonly PolicyType[],
): Promise<Result<FoundPolicy, RamFault>> {
  const [type = 'System', ...others] = types;
  const answer = await ram.fetch(name, type);
  if (answer.ok) return ok({ ...answer.value, type });
  return answer.error.kind === 'not-found' && others.length > 0 ? findPolicy(ram, name, others) : answer;
}

/** Another try may help only where RAM could not answer or did not know the key. */
const exitCodeOf = ({ kind }: RamFault): ExitCode =>
  kind === 'not-found' || kind === 'unusable' ? EXIT.usage : EXIT.service;

const pinOf = (name: string, { type, version, policy }: FoundPolicy): PinnedPolicy =>
  PinnedPolicy.parse({
    name,
    type,
    version,
    sha256: digestPolicy(policy),
    document: JSON.parse(JSON.stringify(formatPolicy(policy))),
  });

function formatFit({ policy }: FoundPolicy): string {
  const left = bytesLeft(JSON.stringify(formatPolicy(shrinkPolicy(policy))));
  const bytes = MAX_SESSION_POLICY_BYTES - left;
  return left < 0
    ? `does not fit: ${bytes} bytes of ${MAX_SESSION_POLICY_BYTES} that STS accepts; a grant has to name actions with only: […]`
    : `fits: ${bytes} bytes of ${MAX_SESSION_POLICY_BYTES} that STS accepts`;
}

/** YAML, as an entry of `policies` that a person can paste. */
export const renderPin = (pin: PinnedPolicy): string => renderEntries([pin]);

const BY_HAND = 'add the policy by hand, as printed without --into';

/**
 * The text with the pin as an entry of `policies`: a new one, or in place of that of the same name. Fails, with what to do
 * instead, when the document is written in a way that cannot be edited safely.
 */
export const pinInDocument = (text: string, pin: PinnedPolicy) =>
  editList(text, 'policies', putEntry(pin, 'name'), BY_HAND);

async function putInto(
  file: string,
  pin: PinnedPolicy,
  { folder, out }: Terminal,
): Promise<Result<void, CommandFault>> {
  const done = await editDocument(resolve(folder, file), file, (text) => {
    const pinned = pinInDocument(text, pin);
    if (!pinned.ok) return wrongUsage(`${file}: ${pinned.error}`);
    return ok({ text: pinned.value.text, value: pinned.value.change });
  });
  if (!done.ok) return done;
  out(`${file}: ${done.value}: ${pin.name} ${pin.version}`);
  return ok(undefined);
}
