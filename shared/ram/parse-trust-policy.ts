// A role's trust policy: who may assume the role. JSON tree → TrustPolicy. Principals are exact names, because RAM documents
// no wildcard for them. Source: Alibaba Cloud RAM, "CreateRole". What a trust policy allows: evaluate.ts.
import { ok } from '../kernel/result.ts';
import {
  fault,
  type Parsed,
  parseEach,
  parseEffect,
  parseObject,
  parseObjectOf,
  parseStatements,
  parseTexts,
} from './parse-parts.ts';
import { parseConditions } from './parse-policy.ts';
import type { Condition, Effect } from './policy.ts';

export interface TrustedPrincipal {
  readonly kind: 'RAM' | 'Service' | 'Federated';
  readonly name: string;
}

/** About sts:AssumeRole on the role that has the policy: neither the action nor the resource appears. */
export interface TrustStatement {
  readonly effect: Effect;
  readonly principals: readonly TrustedPrincipal[];
  readonly conditions: readonly Condition[];
}

export interface TrustPolicy {
  readonly version: '1';
  readonly statements: readonly TrustStatement[];
}

/**
 * Takes a trust policy as JSON.parse gives it. Gives its statements about sts:AssumeRole, or the first fault: the path of
 * the part that is wrong, and what to write there.
 */
export function parseTrustPolicy(input: unknown): Parsed<TrustPolicy> {
  const read = parseStatements(input, parseTrustStatement);
  if (!read.ok) return read;
  const statements = read.value.statements.filter((statement) => statement !== undefined);
  return ok({ ...read.value, statements });
}

/** Federated assumption is written as sts:AssumeRole too. Action names are compared without regard to case. */
const ASSUME_ROLE = 'sts:assumerole';

/** A trust policy may let the principal do more with the assumption, such as sts:SetSourceIdentity. */
const STS_ACTION = /^sts:[a-z]{1,64}$/i;
const ACTION_HELP = 'must be "sts:AssumeRole", alone or in a list with other actions of sts';

/** Undefined for a statement about other actions: it does not say who may assume the role. */
function parseTrustStatement(input: unknown, path: string): Parsed<TrustStatement | undefined> {
  const object = parseObject(input, path);
  if (!object.ok) return object;
  if (Object.hasOwn(object.value, 'Resource')) {
    return fault(path, 'a trust policy has no Resource: it belongs to one role');
  }
  const known = parseObjectOf(input, path, ['Effect', 'Action', 'Principal', 'Condition']);
  if (!known.ok) return known;
  const effect = parseEffect(known.value['Effect'], `${path}.Effect`);
  if (!effect.ok) return effect;
  const actions = parseTexts(known.value['Action'], `${path}.Action`, (text) =>
    STS_ACTION.test(text) ? undefined : ACTION_HELP,
  );
  if (!actions.ok) return actions;
  const principals = parsePrincipals(known.value['Principal'], `${path}.Principal`);
  if (!principals.ok) return principals;
  const conditions = parseConditions(known.value['Condition'], `${path}.Condition`);
  if (!conditions.ok) return conditions;
  if (!actions.value.some((action) => action.toLowerCase() === ASSUME_ROLE)) return ok(undefined);
  return ok({ effect: effect.value, principals: principals.value, conditions: conditions.value });
}

const PRINCIPAL_KINDS = ['RAM', 'Service', 'Federated'] as const;

const PRINCIPAL_NAME: Readonly<
  Record<TrustedPrincipal['kind'], { readonly form: RegExp; readonly help: string }>
> = {
  RAM: {
    form: /^acs:ram::\d{1,20}:(?:root|(?:user|role)\/[A-Za-z0-9._@-]{1,128})$/,
    help: 'must be acs:ram::<account>:root, …:user/<name> or …:role/<name>',
  },
  Service: {
    form: /^(?:\d{1,20}@)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/,
    help: 'must be a service name such as fc.aliyuncs.com, with <account>@ before it for another account',
  },
  Federated: {
    form: /^acs:ram::\d{1,20}:(?:saml|oidc)-provider\/[A-Za-z0-9._-]{1,128}$/,
    help: 'must be acs:ram::<account>:saml-provider/<name> or …:oidc-provider/<name>',
  },
};

function parsePrincipals(input: unknown, path: string): Parsed<readonly TrustedPrincipal[]> {
  const object = parseObjectOf(input, path, PRINCIPAL_KINDS);
  if (!object.ok) return object;
  const kinds = PRINCIPAL_KINDS.filter((kind) => Object.hasOwn(object.value, kind));
  if (kinds.length === 0) return fault(path, 'must name a principal');
  const named = parseEach(kinds, (kind): Parsed<readonly TrustedPrincipal[]> => {
    const { form, help } = PRINCIPAL_NAME[kind];
    const names = parseTexts(object.value[kind], `${path}.${kind}`, (name) =>
      form.test(name) ? undefined : help,
    );
    return names.ok ? ok(names.value.map((name) => ({ kind, name }))) : names;
  });
  return named.ok ? ok(named.value.flat()) : named;
}
