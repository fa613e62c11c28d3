// The policies of the functions' roles, as the repository ships them, with the values of one deployment in place of their
// placeholders. So no operator edits a policy by hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { ShippedPolicies } from '../../../shared/checks/run-checks.ts';
import { parseKmsKey } from '../../../shared/kernel/names.ts';
import { fillPlaceholders, type PlaceholderValues } from '../../../shared/ram/fill-placeholders.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';

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

/** What login needs where its keys are wrapped by one of KMS. */
const KMS_POLICY = 'kms-policy.json';
const OPTIONAL_POLICIES = [KMS_POLICY];

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
  /** Undefined: the function uses no key of KMS. */
  readonly kmsPolicy: unknown;
}

const Policy = z.object({ Version: z.literal('1'), Statement: z.array(z.unknown()) });

/** The statements for each of the keys. */
function fillKmsPolicy(file: string, values: PlaceholderValues, kmsKeys: readonly string[]): unknown {
  const filled = kmsKeys.map((kmsKey) => Policy.parse(fillPolicy(file, { ...values, kmsKey })));
  return { Version: '1', Statement: filled.flatMap(({ Statement }) => Statement) };
}

/** Of every function that the repository has, in the order of their names. `kmsKeys`: the ids of keys of KMS that login uses. */
export function readFunctionPolicies(
  repository: string,
  values: PlaceholderValues,
  kmsKeys: readonly string[],
): readonly FunctionPolicies[] {
  return functionNames(repository).map((name) => {
    const inFolder = (file: string): string => join(repository, 'functions', name, file);
    const usesKms = kmsKeys.length > 0 && existsSync(inFolder(KMS_POLICY));
    return {
      name,
      trust: fillPolicy(inFolder('trust-policy.json'), values),
      policy: fillPolicy(inFolder('ram-policy.json'), values),
      kmsPolicy: usesKms ? fillKmsPolicy(inFolder(KMS_POLICY), values, kmsKeys) : undefined,
    };
  });
}

/** The ids of the keys that such a policy allows. */
export function kmsKeysIn(document: unknown): readonly string[] {
  const policy = parsePolicy(document);
  const resources = policy.ok ? policy.value.statements.flatMap((one) => one.resources) : [];
  return [...new Set(resources.flatMap((resource) => parseKmsKey(resource)?.id ?? []))];
}
