// A policy of functions/*/ram-policy.json with the values of one deployment in place of its placeholders.

/** What stands in place of the placeholders of a policy. */
export interface PlaceholderValues {
  readonly account: string;
  readonly region: string;
  readonly instance: string;
  /** The ARNs of every role that the access document names, and of the hub roles: vend may assume these and no other. */
  readonly roles: readonly string[];
  /** The id of the KMS key that wraps the keys of login. Absent: no policy names one. */
  readonly kmsKey?: string;
}

const ROLES_PLACEHOLDER = '${roles}';
const PLACEHOLDER = /\$\{(\w+)\}/g;

const isStatement = (value: unknown): value is { readonly Resource?: unknown } =>
  typeof value === 'object' && value !== null && 'Effect' in value;

/** RAM has no list without an element: a statement about no role is left out. */
const isAboutSomething = (value: unknown): boolean =>
  !isStatement(value) || !Array.isArray(value.Resource) || value.Resource.length > 0;

/** Takes and gives JSON. Throws on a placeholder that nothing fills: it would be taken for a name. */
export function fillPlaceholders(document: unknown, values: PlaceholderValues): unknown {
  const texts = new Map<string, string>([
    ['account', values.account],
    ['region', values.region],
    ['instance', values.instance],
    ...(values.kmsKey === undefined ? [] : [['kmsKey', values.kmsKey] as const]),
  ]);
  const fill = (value: unknown): unknown => {
    if (value === ROLES_PLACEHOLDER) return values.roles;
    if (Array.isArray(value)) return value.map(fill).filter(isAboutSomething);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
    if (typeof value !== 'string') return value;
    return value.replace(PLACEHOLDER, (placeholder, name: string) => {
      const text = texts.get(name);
      if (text === undefined) throw new Error(`nothing fills ${placeholder}`);
      return text;
    });
  };
  return fill(document);
}
