// `stint policy fetch`: asks RAM, says how the policy fits, and prints it or puts it into a document.
import { resolve } from 'node:path';
import {
  type FetchedPolicy,
  openRamPolicies,
  type RamFault,
  type RamPolicies,
} from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { bytesLeft, formatPolicy, MAX_SESSION_POLICY_BYTES } from '../../../shared/ram/format-policy.ts';
import { shrinkPolicy } from '../../../shared/ram/shrink-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/digest-policy.ts';
import { PinnedPolicy, PolicyName, PolicyType } from '../../../shared/rules/document/pinned-policy.ts';
import { readRamSettings } from '../base/cloud-settings.ts';
import { wrongUsage } from '../base/command-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { editDocument } from './edit-document.ts';
import { explainRamFault } from './explain-apply-fault.ts';
import { pinInDocument, renderPin } from './pin-in-document.ts';

export interface FetchPolicyOptions {
  readonly env?: string;
  readonly type?: PolicyType;
  readonly into?: string;
}

type FoundPolicy = FetchedPolicy & { readonly type: PolicyType };

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

async function putInto(file: string, pin: PinnedPolicy, { folder, note, out }: Terminal): Promise<ExitCode> {
  const done = await editDocument(resolve(folder, file), file, (text) => {
    const pinned = pinInDocument(text, pin);
    if (!pinned.ok) return wrongUsage(`${file}: ${pinned.error}`);
    return ok({ text: pinned.value.text, value: pinned.value.change });
  });
  if (!done.ok) {
    note(done.error.message);
    return done.error.exitCode;
  }
  out(`${file}: ${done.value}: ${pin.name} ${pin.version}`);
  return EXIT.ok;
}

/** Asking again may help only where RAM could not answer or did not know the key. */
const exitCodeOf = ({ kind }: RamFault): ExitCode =>
  kind === 'not-found' || kind === 'unusable' ? EXIT.usage : EXIT.service;

export async function fetchPolicy(
  name: string,
  options: FetchPolicyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { note, out } = terminal;
  const named = PolicyName.safeParse(name);
  const settings = readRamSettings(options.env, terminal);
  if (!named.success || !settings.ok) {
    for (const { message } of named.error?.issues ?? []) note(message);
    if (!settings.ok) note(settings.error);
    return EXIT.usage;
  }
  const types = options.type === undefined ? PolicyType.options : [options.type];
  const found = await findPolicy(openRamPolicies(settings.value), named.data, types);
  if (!found.ok) {
    note(explainRamFault(found.error));
    return exitCodeOf(found.error);
  }
  const pin = pinOf(named.data, found.value);
  note(`${pin.name} (${pin.type}, ${pin.version}) ${formatFit(found.value)}`);
  if (options.into !== undefined) return putInto(options.into, pin, terminal);
  out(renderPin(pin).trimEnd());
  return EXIT.ok;
}
