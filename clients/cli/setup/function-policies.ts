// The policies of the functions' roles, as the repository ships them, with the values of one deployment in place of their
// placeholders. So no operator edits a policy by hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShippedPolicies } from '../../../shared/checks/run-checks.ts';
import { fillPlaceholders, type PlaceholderValues } from '../../../shared/ram/fill-placeholders.ts';

/** Throws on a placeholder that nothing fills: it would be taken for a name. */
export const fillPolicy = (file: string, values: PlaceholderValues): unknown =>
  fillPlaceholders(JSON.parse(readFileSync(file, 'utf8')), values);

/** The clone that this command runs from; undefined in an installed package, which has no functions. */
export function findRepository(): string | undefined {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return existsSync(join(root, 's.yaml')) ? root : undefined;
}

const functionNames = (repository: string): readonly string[] => {
  const folder = join(repository, 'functions');
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'ram-policy.json')));
};

const OPTIONAL_POLICIES = ['kms-policy.json'];

/** Of every function that the repository has: its policies, with the placeholders. */
export const readShippedPolicies = (repository: string): ShippedPolicies =>
  Object.fromEntries(
    functionNames(repository).map((name) => {
      const inFolder = (file: string): string => join(repository, 'functions', name, file);
      const read = (file: string): unknown => JSON.parse(readFileSync(inFolder(file), 'utf8'));
      const optional = OPTIONAL_POLICIES.filter((file) => existsSync(inFolder(file))).map(read);
      return [name, { policy: read('ram-policy.json'), optional }];
    }),
  );

export interface FunctionPolicies {
  /** The folder under functions/. */
  readonly name: string;
  readonly trust: unknown;
  readonly policy: unknown;
}

/** Of every function that the repository has, in the order of their names. */
export function readFunctionPolicies(
  repository: string,
  values: PlaceholderValues,
): readonly FunctionPolicies[] {
  const folder = join(repository, 'functions');
  return functionNames(repository).map((name) => ({
    name,
    trust: fillPolicy(join(folder, name, 'trust-policy.json'), values),
    policy: fillPolicy(join(folder, name, 'ram-policy.json'), values),
  }));
}
