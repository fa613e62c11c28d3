// How functions are deployed, over the SDK of Function Compute (API 2023-03-30), for the checks: it reads, and changes nothing.
//
// GetFunction answers with every environment variable in clear. The values of secret ones are dropped here, at once, so that no
// check, message or log can have them.
//
// Resources of RAM policies: https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/policies-and-sample-policies
import * as z from 'zod';
import type { FunctionConfiguration, FunctionReader, FunctionTrigger } from '../../checks/cloud-reader.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CloudFault } from './cloud-fault.ts';
import {
  type AccountPlace,
  clientClass,
  clientConfig,
  lazily,
  look,
  type ManagementOptions,
  unseen,
} from './manage-account.ts';

/** ListTriggers: at most 100 an answer; a function has at most 50. */
const MAX_TRIGGERS = 100;

const Config = z.record(z.string(), z.unknown());

async function loadClient(options: ManagementOptions) {
  const sdk = await import('@alicloud/fc20230330');
  const Client = clientClass(sdk.default);
  return { sdk, client: new Client(clientConfig(options)) };
}

type Sdk = Awaited<ReturnType<typeof loadClient>>;

/** The answer names each layer with its size; s.yaml, by the ARN alone. */
function configurationOf(
  answer: Readonly<Record<string, unknown>>,
  triggers: readonly FunctionTrigger[],
  isSecret: (variable: string) => boolean,
): FunctionConfiguration {
  const { environmentVariables, layers, ...properties } = answer;
  const variables = z.record(z.string(), z.string()).catch({}).parse(environmentVariables);
  const arns = z
    .array(z.object({ arn: z.string() }))
    .catch([])
    .parse(layers);
  return {
    properties: { ...properties, layers: arns.map(({ arn }) => arn) },
    environment: Object.fromEntries(Object.entries(variables).filter(([name]) => !isSecret(name))),
    triggers,
  };
}

async function listTriggers(
  { sdk, client }: Sdk,
  name: string,
  resource: string,
): Promise<Result<readonly FunctionTrigger[], CloudFault>> {
  const what = { action: 'fc:ListTriggers', resource: `${resource}/triggers/*` };
  const request = new sdk.ListTriggersRequest({ limit: MAX_TRIGGERS });
  const found = await look(what, () => client.listTriggers(name, request));
  if (!found.ok) return found;
  // A part of the triggers would pass for all of them, and the rest for missing.
  if (found.value?.body?.nextToken) return err({ ...what, kind: 'refused', code: 'TooManyTriggers' });
  const triggers = found.value?.body?.triggers ?? [];
  return ok(
    triggers.map(({ triggerName = '', triggerType = '', triggerConfig = '' }) => ({
      ...{ name: triggerName, type: triggerType },
      config: readJson(Config, triggerConfig) ?? {},
    })),
  );
}

/** Loads the SDK with the first look. `isSecret`: of a variable whose value is dropped. */
export function openFunctionReader(
  options: ManagementOptions,
  { accountId, region }: AccountPlace,
  isSecret: (variable: string) => boolean,
): FunctionReader {
  const load = lazily(() => loadClient(options));
  return {
    async find(name) {
      const { sdk, client } = await load();
      const resource = `acs:fc:${region}:${accountId}:functions/${name}`;
      const request = new sdk.GetFunctionRequest({});
      const found = await look({ action: 'fc:GetFunction', resource }, () =>
        client.getFunction(name, request),
      );
      if (!found.ok) return unseen(found.error);
      if (found.value?.body === undefined) return ok(undefined);
      const triggers = await listTriggers({ sdk, client }, name, resource);
      if (!triggers.ok) return unseen(triggers.error);
      return ok(configurationOf(found.value.body.toMap(), triggers.value, isSecret));
    },
  };
}
