// Is a function deployed as s.yaml says? A setting that was changed in the console, a deployment that was forgotten, and a URL or
// a trigger that was opened show here. Code is not compared.
import type { FunctionConfiguration, FunctionTrigger } from './cloud-reader.ts';
import type { CheckFinding } from './finding.ts';

/** Values of settings are short; a longer one would fill the line. */
const MAX_SHOWN_CHARACTERS = 100;

/** Function Compute's component for Serverless Devs writes the ARN of a role in small letters. */
const ROLE = 'role';

type Flat = readonly (readonly [path: string, value: string])[];

/** `customRuntimeConfig.port`: `9000`. A list is one value. */
function flatten(value: unknown, path = ''): Flat {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return [[path, value.map(String).join(', ')]];
  if (typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, path ? `${path}.${name}` : name));
}

const shown = (value: string | undefined): string =>
  value === undefined || value === '' ? 'unset' : value.slice(0, MAX_SHOWN_CHARACTERS);

const comparable = (path: string, value = ''): string => (path === ROLE ? value.toLowerCase() : value);

/** Says where the deployed value differs. What `wanted` does not name is the platform's to choose. */
function differences(prefix: string, wanted: Flat, found: Flat): readonly string[] {
  const deployed = new Map(found);
  return wanted
    .filter(([path, value]) => comparable(path, value) !== comparable(path, deployed.get(path)))
    .map(([path, value]) => `${prefix}${path} is ${shown(deployed.get(path))}, and not ${shown(value)}`);
}

/** The order of the methods of an HTTP trigger means nothing. */
const sortLists = (config: FunctionTrigger['config']): FunctionTrigger['config'] =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  );

function triggerDifferences(wanted: FunctionTrigger, found: FunctionTrigger | undefined): readonly string[] {
  if (found?.type !== wanted.type) return [`the ${wanted.type} trigger ${wanted.name} is missing`];
  const [should, is] = [wanted, found].map(({ config }) => flatten(sortLists(config)));
  return differences(`trigger ${wanted.name}: `, should ?? [], is ?? []);
}

/** Variables that s.yaml does not set, by name alone: what is in them is not known to be harmless. */
const unknownVariables = (wanted: FunctionConfiguration, found: FunctionConfiguration): readonly string[] =>
  Object.keys(found.environment)
    .filter((name) => !Object.hasOwn(wanted.environment, name))
    .map((name) => `variable ${name} is not in s.yaml`);

/**
 * `subject`: the name of the function. `wanted`: s.yaml, filled. An empty variable and one that is not there are the same, as
 * they are to the functions.
 */
export function checkFunction(
  subject: string,
  wanted: FunctionConfiguration,
  found: FunctionConfiguration | undefined,
): readonly CheckFinding[] {
  if (found === undefined)
    return [{ name: 'function-missing', subject, detail: 'Function Compute has no such function' }];
  const triggersByName = new Map(found.triggers.map((trigger) => [trigger.name, trigger]));
  const details = [
    ...differences('', flatten(wanted.properties), flatten(found.properties)),
    ...differences('', Object.entries(wanted.environment), Object.entries(found.environment)),
    ...unknownVariables(wanted, found),
    ...wanted.triggers.flatMap((trigger) => triggerDifferences(trigger, triggersByName.get(trigger.name))),
  ];
  const known = new Set(wanted.triggers.map(({ name }) => name));
  const unknown = found.triggers.filter(({ name }) => !known.has(name));
  return [
    ...details.map((detail) => ({ name: 'function-differs', subject, detail }) as const),
    ...unknown.map(({ name, type }) => {
      const detail = `${type} trigger ${name}`;
      return { name: 'function-trigger-unknown', subject, detail } as const;
    }),
  ];
}
