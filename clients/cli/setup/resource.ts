// What a deployment consists of, as data: each thing by its kind and name, and as it is desired or found.
import { isDeepStrictEqual } from 'node:util';
import { formatPolicy } from '../../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { parseTrustPolicy } from '../../../shared/ram/parse-trust-policy.ts';
import { holdsAll, type Monitor } from './log-monitoring.ts';

export type Resource =
  /** The file that s.yaml's settings come from. `values` are those that setup knows; the file may have more. */
  | { readonly kind: 'settings'; readonly name: string; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'instance'; readonly name: string }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly key: readonly string[];
      /** Undefined: whatever it is. */
      readonly keepSeconds: number | undefined;
    }
  /** The rules in force, whatever they say: without any, vend is not ready. */
  | { readonly kind: 'rules'; readonly name: string }
  | { readonly kind: 'role'; readonly name: string; readonly trust: unknown }
  | { readonly kind: 'policy'; readonly name: string; readonly document: unknown }
  /** The custom policy that is attached to the role. */
  | { readonly kind: 'attachment'; readonly name: string; readonly role: string; readonly policy: string }
  | { readonly kind: 'log-project'; readonly name: string }
  | { readonly kind: 'log-store'; readonly name: string; readonly project: string; readonly days: number }
  | { readonly kind: 'log-index'; readonly name: string; readonly project: string }
  | Monitor;

export type Kind = Resource['kind'];

export const idOf = ({ kind, name }: Pick<Resource, 'kind' | 'name'>): string => `${kind} ${name}`;

/** `made`: by setup, which may therefore change and remove it. */
export interface FoundResource {
  readonly resource: Resource;
  readonly made: boolean;
  /** It was there before, and setup was told to take it over: it may change it, and does not remove it by itself. */
  readonly adopted?: boolean;
}

/** By id. */
export type FoundState = ReadonlyMap<string, FoundResource>;

/** Where rules are kept. */
const RULES_TABLES = ['access', 'catalog'] as const;

/** The ids without which a resource cannot be made. A table needs the instance of the same plan. */
export function dependenciesOf(resource: Resource, all: readonly Resource[]): readonly string[] {
  switch (resource.kind) {
    case 'table':
      return all.filter(({ kind }) => kind === 'instance').map(idOf);
    case 'rules':
      return RULES_TABLES.map((name) => `table ${name}`);
    case 'attachment':
      return [`role ${resource.role}`, `policy ${resource.policy}`];
    case 'log-store':
    case 'log-dashboard':
    case 'log-alert':
      return [`log-project ${resource.project}`];
    case 'log-index':
      return [`log-store ${resource.name}`];
    default:
      return [];
  }
}

/** In one writing, so that two that say the same are equal. One that RAM's grammar does not explain stays as it is. */
function canonicalPolicy(document: unknown): unknown {
  const parsed = parsePolicy(document);
  return parsed.ok ? formatPolicy(parsed.value) : document;
}

function canonicalTrust(document: unknown): unknown {
  const parsed = parseTrustPolicy(document);
  return parsed.ok ? parsed.value : document;
}

/** Whether two trust policies let the same principals assume a role, on the same conditions. */
export const sameTrust = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(canonicalTrust(a), canonicalTrust(b));

const samePolicy = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(canonicalPolicy(a), canonicalPolicy(b));

/** What of a found resource is not as desired, in a word; undefined: nothing. Both have the same id. */
export function differenceOf(desired: Resource, found: Resource): string | undefined {
  if (desired.kind === 'role' && found.kind === 'role')
    return sameTrust(desired.trust, found.trust) ? undefined : 'trust policy';
  if (desired.kind === 'policy' && found.kind === 'policy')
    return samePolicy(desired.document, found.document) ? undefined : 'document';
  if (desired.kind === 'table' && found.kind === 'table') {
    if (!isDeepStrictEqual(desired.key, found.key)) return 'primary key';
    const keeps = desired.keepSeconds === undefined || desired.keepSeconds === found.keepSeconds;
    return keeps ? undefined : 'time to live';
  }
  if ('definition' in desired && 'definition' in found)
    return holdsAll(found.definition, desired.definition) ? undefined : 'definition';
  if (desired.kind === 'settings' && found.kind === 'settings') {
    const changed = Object.entries(desired.values).some(([name, value]) => found.values[name] !== value);
    return changed ? 'values' : undefined;
  }
  return undefined;
}

/** A primary key stays as it was created. */
export const canChange = (desired: Resource, found: Resource): boolean =>
  differenceOf(desired, found) !== 'primary key';
