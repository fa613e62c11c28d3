// The policies of the functions' roles, as the repository ships them, with the values of one deployment in place of their
// placeholders. So no operator edits a policy by hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What stands in place of the placeholders of a policy file. */
export interface PolicyValues {
  readonly account: string;
  readonly region: string;
  readonly instance: string;
  /** The ARNs of every role that the access document names: vend may assume these and no other. */
  readonly roles: readonly string[];
}

const ROLES_PLACEHOLDER = '${roles}';
const PLACEHOLDER = /\$\{(\w+)\}/g;

const isStatement = (value: unknown): value is { readonly Resource?: unknown } =>
  typeof value === 'object' && value !== null && 'Effect' in value;

/** RAM has no list without an element: a statement about no role is left out. */
const isAboutSomething = (value: unknown): boolean =>
  !isStatement(value) || !Array.isArray(value.Resource) || value.Resource.length > 0;

/** Throws on a placeholder that nothing fills: it would be taken for a name. */
export function fillPolicy(file: string, values: PolicyValues): unknown {
  const texts = new Map<string, string>([
    ['account', values.account],
    ['region', values.region],
    ['instance', values.instance],
  ]);
  return JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) => {
    if (value === ROLES_PLACEHOLDER) return values.roles;
    if (Array.isArray(value)) return value.filter(isAboutSomething);
    if (typeof value !== 'string') return value;
    return value.replace(PLACEHOLDER, (placeholder, name: string) => {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`${file}: nothing fills ${placeholder}`);
      return text;
    });
  });
}

/** The clone that this command runs from; undefined in an installed package, which has no functions. */
export function findRepository(): string | undefined {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return existsSync(join(root, 's.yaml')) ? root : undefined;
}

export interface FunctionPolicies {
  /** The folder under functions/. */
  readonly name: string;
  readonly trust: unknown;
  readonly policy: unknown;
}

/** Of every function that the repository has, in the order of their names. */
export function readFunctionPolicies(repository: string, values: PolicyValues): readonly FunctionPolicies[] {
  const folder = join(repository, 'functions');
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'ram-policy.json')))
    .map((name) => ({
      name,
      trust: fillPolicy(join(folder, name, 'trust-policy.json'), values),
      policy: fillPolicy(join(folder, name, 'ram-policy.json'), values),
    }));
}
