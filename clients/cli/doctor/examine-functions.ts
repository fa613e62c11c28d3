// s.yaml against what is deployed: each of its functions, as npm run deploy would deploy it, and as Function Compute has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { openFunctionReader } from '../../../shared/adapters/alibaba-cloud/function-reader.ts';
import { checkFunction } from '../../../shared/checks/check-functions.ts';
import { explainUnseen, type FunctionConfiguration } from '../../../shared/checks/cloud-reader.ts';
import { type CheckFinding, notChecked } from '../../../shared/checks/finding.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { isSecretVariable } from '../setup/deployment-settings.ts';
import { type Environment, resolveVariables } from '../setup/fill-s-yaml.ts';
import { findRepository } from '../setup/function-policies.ts';
import type { SetupCloud } from '../setup/setup-cloud.ts';
import type { DoctorSettings } from './doctor-settings.ts';

const S_YAML = 's.yaml';

const FunctionResource = z.object({
  component: z.literal('fc3'),
  props: z.looseObject({
    functionName: z.string(),
    environmentVariables: z.record(z.string(), z.string()),
    triggers: z.array(
      z.object({
        triggerName: z.string(),
        triggerType: z.string(),
        triggerConfig: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});
const Document = z.object({
  resources: z.record(
    z.string(),
    z.union([FunctionResource, z.object({ component: z.literal('fc3-domain') })]),
  ),
});

interface WantedFunction {
  readonly name: string;
  readonly configuration: FunctionConfiguration;
}

/** GetFunction answers with none of these, but for the description, which changes nothing. */
const NOT_COMPARED = ['region', 'code', 'asyncInvokeConfig', 'description'];

function wantedOf({ props }: z.infer<typeof FunctionResource>): WantedFunction {
  const { functionName, environmentVariables, triggers, ...others } = props;
  const properties = Object.entries(others).filter(([name]) => !NOT_COMPARED.includes(name));
  const variables = Object.entries(environmentVariables).filter(([name]) => !isSecretVariable(name));
  return {
    name: functionName,
    configuration: {
      properties: Object.fromEntries(properties),
      environment: Object.fromEntries(variables),
      triggers: triggers.map(({ triggerName, triggerType, triggerConfig }) => ({
        ...{ name: triggerName, type: triggerType },
        config: triggerConfig,
      })),
    },
  };
}

/** The error says why s.yaml cannot be read; it quotes no value. */
function readWanted(file: string, environment: Environment): Result<readonly WantedFunction[], string> {
  try {
    const filled = resolveVariables(parse(readFileSync(file, 'utf8')), environment);
    const read = Document.safeParse(filled);
    if (!read.success) return err(`${read.error.issues[0]?.path.join('.')} is not as Stint ships it`);
    const resources = Object.values(read.data.resources);
    return ok(resources.flatMap((one) => (one.component === 'fc3' ? [wantedOf(one)] : [])));
  } catch {
    return err('it cannot be read, or names a variable that has no value');
  }
}

/** Compares every function that s.yaml of this clone has. One that cannot be looked at is said to be not checked. */
export async function examineFunctions(
  { instance, region, functionEndpoint, given }: DoctorSettings,
  cloud: SetupCloud,
): Promise<readonly CheckFinding[]> {
  const repository = findRepository();
  if (repository === undefined)
    return [notChecked(S_YAML, 'run this in a clone of the version that is deployed')];
  const wanted = readWanted(join(repository, S_YAML), given);
  if (!wanted.ok) return [notChecked(S_YAML, wanted.error)];
  const { credentials } = cloud.settingsOf(instance);
  const place = { accountId: cloud.account.accountId, region };
  const reader = openFunctionReader({ endpoint: functionEndpoint, credentials }, place, isSecretVariable);
  const findings: CheckFinding[] = [];
  for (const { name, configuration } of wanted.value) {
    const found = await reader.find(name);
    if (found.ok) findings.push(...checkFunction(name, configuration, found.value));
    else findings.push(notChecked(name, explainUnseen(found.error)));
  }
  return findings;
}
