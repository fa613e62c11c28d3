// The text of RAM's policies over the RAM SDK: for the command line alone, vend never asks RAM anything. What comes
// back is read as strictly as what people write.

import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import type { PolicyType } from '../../rules/document/pinned-policy.ts';
import { type CloudCredentials, credentialSource } from './cloud-credentials.ts';
import { endLateRequestsTo } from './end-late-requests.ts';
import { classifyStsError, StsAnswerError } from './sts-fault.ts';

export interface RamOptions {
  readonly endpoint: string;
  readonly credentials: () => CloudCredentials;
  /** For tests, which must not wait. */
  readonly deadlineMs?: number;
}

export interface FetchedPolicy {
  /** The default version: the one in force. */
  readonly version: string;
  readonly policy: Policy;
}

export type RamFault =
  | { readonly kind: 'not-found' }
  /** RAM understood, and will refuse again. */
  | { readonly kind: 'refused'; readonly cause: string }
  | { readonly kind: 'unavailable'; readonly cause: string }
  /** There is a policy, but not one to use; says why. */
  | { readonly kind: 'unusable'; readonly cause: string };

export interface RamPolicies {
  fetch(name: string, type: PolicyType): Promise<Result<FetchedPolicy, RamFault>>;
}

/** A person waits for the answer, once. */
const DEADLINE_MS = 10_000;

/** Ten times RAM's largest custom policy; system policies may be larger than those, and none that size fits in STS. */
const MAX_TEXT_CHARACTERS = 61_440;

const VERSION_ID = /^v[1-9]\d{0,8}$/;

const unusable = (cause: string): Result<never, RamFault> => err({ kind: 'unusable', cause });

function readAnswer(version: string, text: string): Result<FetchedPolicy, RamFault> {
  if (!VERSION_ID.test(version) || text === '') return unusable('the answer is not complete');
  if (text.length > MAX_TEXT_CHARACTERS) {
    return unusable(`it has ${text.length} characters, and at most ${MAX_TEXT_CHARACTERS} are read`);
  }
  const json = parseStrictJson(text);
  if (!json.ok) return unusable(`its text is not plain JSON (${json.error})`);
  const policy = parsePolicy(json.value);
  return policy.ok
    ? ok({ version, policy: policy.value })
    : unusable(`${policy.error.path} ${policy.error.message}`.trim());
}

/** The runtime is the STS SDK's, and so are the errors. */
function faultOf(error: unknown): RamFault {
  const { kind, cause } = classifyStsError(error);
  if (kind !== 'refused') return { kind: 'unavailable', cause };
  return cause === 'EntityNotExist.Policy' ? { kind: 'not-found' } : { kind, cause };
}

const deadlineError = () => new StsAnswerError({ kind: 'unavailable', cause: 'deadline' });

async function createClient({ endpoint, credentials, deadlineMs = DEADLINE_MS }: RamOptions) {
  const { default: sdk, GetPolicyRequest } = await import('@alicloud/ram20150501');
  // Node.js gives all that a CommonJS module exports as its default; tsx, which runs the command, the default in it.
  const Client = 'default' in sdk ? sdk.default : sdk;
  const { RuntimeOptions } = await import('@darabonba/typescript');
  const { host, protocol } = new URL(endpoint);
  // The SDK's own types ask for its credential class; it uses only getCredential().
  const config = {
    endpoint: host,
    protocol: protocol.replace(':', ''),
    credential: credentialSource(credentials),
  };
  const client = new Client(config as ConstructorParameters<typeof Client>[0]);
  endLateRequestsTo(endpoint, deadlineMs);
  const runtime = new RuntimeOptions({ connectTimeout: deadlineMs, readTimeout: deadlineMs });
  return (policyName: string, policyType: PolicyType) => {
    const request = new GetPolicyRequest({ policyName, policyType });
    return withinDeadline(deadlineMs, () => client.getPolicyWithOptions(request, runtime), deadlineError);
  };
}

/** Loads the SDK with the first question. */
export function openRamPolicies(options: RamOptions): RamPolicies {
  let client: ReturnType<typeof createClient> | undefined;
  return {
    async fetch(name, type) {
      client ??= createClient(options);
      const ask = await client;
      try {
        const { body } = await ask(name, type);
        const { versionId = '', policyDocument = '' } = body?.defaultPolicyVersion ?? {};
        return readAnswer(versionId, policyDocument);
      } catch (error) {
        return err(faultOf(error));
      }
    },
  };
}
