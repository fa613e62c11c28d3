// Fills the placeholders of a policy file of functions/, as an operator does before creating the role.
import { readFileSync } from 'node:fs';

export interface PolicyValues {
  readonly account: string;
  readonly region: string;
  readonly instance: string;
  /** The ARNs of every role that the access document names: vend may assume these and no other. */
  readonly roles: readonly string[];
}

const ROLES_PLACEHOLDER = '${roles}';
const PLACEHOLDER = /\$\{(\w+)\}/g;

export function fillPolicy(file: string, values: PolicyValues): unknown {
  const texts = new Map<string, string>([
    ['account', values.account],
    ['region', values.region],
    ['instance', values.instance],
  ]);
  return JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) => {
    if (value === ROLES_PLACEHOLDER) return values.roles;
    if (typeof value !== 'string') return value;
    return value.replace(PLACEHOLDER, (placeholder, name: string) => {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`${file}: nothing fills ${placeholder}`);
      return text;
    });
  });
}
