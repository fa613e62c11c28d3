// The findings of the linter in a whole document: about each grant alone, grants beside others, claims, and unused entries.
import { accountOf } from '../../kernel/names.ts';
import { compileCondition } from '../conditions/compile-condition.ts';
import type { AccessDocument, GrantEntry } from '../document/document.ts';
import type { OidcProvider } from '../providers/oidc.ts';
import type { Constraints } from '../values/constraints.ts';
import type { DocumentPath } from '../values/document-fault.ts';
import { isMutableClaim, tenantClaimToRequire } from './claim-facts.ts';
import { lintBareNames } from './lint-bare-names.ts';
import type { LintFinding } from './lint-finding.ts';
import { type LintContext, lintGrant, longestSeconds } from './lint-grant.ts';

/** Every finding, with its path in the document. */
export function lintDocument(document: AccessDocument): readonly LintFinding[] {
  const context: LintContext = {
    providers: new Map(document.providers.map((provider) => [provider.id, provider])),
    roles: new Map(document.roles.map((role) => [role.id, role])),
    signOn: document.signOn,
  };
  return [
    ...lintSubjects(document),
    ...lintIssuers(document),
    ...lintStepUps(document),
    ...lintUnused(document),
    ...document.grants.flatMap((grant, i) =>
      lintGrant(grant, context).map((lint) => ({ ...lint, path: ['grants', i, ...lint.path] })),
    ),
    ...lintCovered(document.grants, context),
    ...lintBareNames(document),
  ];
}

/** Whether a constraint can refuse a request of the grant's recipient. One that cannot only shapes the credentials. */
const CAN_REFUSE: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    sourceIp: true,
    pinSourceIp: true,
    secureTransport: false,
    effectiveSeconds: false,
    withinToken: true,
    resourceGroup: false,
    tags: false,
    timeWindows: true,
    dpop: true,
    mfa: true,
    maxAuthAgeSeconds: true,
  } satisfies Record<keyof Constraints, boolean>),
);

/** A constraint may be written as `false`, which is as if it were absent. */
const isAlwaysOpen = ({ when, constraints }: GrantEntry): boolean =>
  when === undefined &&
  Object.entries(constraints).every(([name, value]) => !value || CAN_REFUSE.get(name) === false);

/** The first satisfied grant is used, so a grant below an equal one that is always satisfied, and lasts as long, never is. */
function lintCovered(grants: AccessDocument['grants'], { roles }: LintContext): readonly LintFinding[] {
  const open = new Map<string, { readonly id: string; readonly seconds: number }>();
  return grants.flatMap((grant, i): readonly LintFinding[] => {
    if (grant.permission !== undefined) return [];
    const key = JSON.stringify([grant.to.provider, grant.to, grant.role]);
    const seconds = longestSeconds(grant, roles.get(grant.role));
    const above = open.get(key);
    if (above && above.seconds >= seconds)
      return [
        {
          code: 'covered-grant',
          path: ['grants', i],
          message: `never used: grant ${above.id} above gives the same role to the same callers without a condition: remove one, or move this one up`,
        },
      ];
    if (isAlwaysOpen(grant)) open.set(key, { id: grant.id, seconds });
    return [];
  });
}

function lintUnused({ providers, accounts, roles, grants }: AccessDocument): readonly LintFinding[] {
  const usedRoles = new Set<string>(
    grants.flatMap((grant) => (grant.permission === undefined ? [grant.role] : [])),
  );
  const usedAccounts = new Set<string>(
    roles.flatMap(({ roleArn, account }) => account ?? (roleArn && accountOf(roleArn)) ?? []),
  );
  const usedProviders = new Set<string>(grants.map(({ to }) => to.provider));
  return [
    ...providers.flatMap(({ id }, i): readonly LintFinding[] =>
      usedProviders.has(id)
        ? []
        : [
            {
              code: 'unused-provider',
              path: ['providers', i],
              message:
                'no grant names it, and its tokens are accepted all the same: remove it, or grant something',
            },
          ],
    ),
    ...accounts.flatMap(({ id, alias }, i): readonly LintFinding[] =>
      usedAccounts.has(alias) || usedAccounts.has(id)
        ? []
        : [
            {
              code: 'unused-account',
              path: ['accounts', i],
              message: 'no role is in it, so that nobody sees its name: remove it, or add a role of it',
            },
          ],
    ),
    ...roles.flatMap(({ id }, i): readonly LintFinding[] =>
      usedRoles.has(id)
        ? []
        : [{ code: 'unused-role', path: ['roles', i], message: 'no grant gives it: remove it, or grant it' }],
    ),
  ];
}

const lintSubject = (subject: string, path: DocumentPath): readonly LintFinding[] =>
  isMutableClaim(subject)
    ? [
        {
          code: 'mutable-claim',
          path: [...path, 'subject'],
          message:
            'this claim can change or pass to someone else, who then gets the grants: use an immutable one, such as sub',
        },
      ]
    : [];

/** A link gives nothing, so the harm is another: a person who got a used name is out for what the one before did. */
const lintLink = (link: { readonly claim: string } | undefined, i: number): readonly LintFinding[] =>
  link !== undefined && isMutableClaim(link.claim)
    ? [
        {
          code: 'mutable-claim',
          path: ['signOn', 'connections', i, 'person', 'claim'],
          message:
            'this claim can change or pass to someone else: a person who left would not be found by it, and another one would be out. Use an identifier of the directory that never changes',
        },
      ]
    : [];

const lintSubjects = ({ providers, signOn }: AccessDocument): readonly LintFinding[] => [
  ...providers.flatMap((provider, i) =>
    provider.kind === 'oidc'
      ? [provider.subject ?? []].flat().flatMap((claim) => lintSubject(claim, ['providers', i]))
      : [],
  ),
  ...(signOn?.connections ?? []).flatMap(({ subject, person }, i) => [
    ...(subject === undefined ? [] : lintSubject(subject, ['signOn', 'connections', i])),
    ...lintLink(person, i),
  ]),
];

function lintIssuer(
  { issuer, require, when }: Pick<OidcProvider, 'issuer' | 'require' | 'when'>,
  path: DocumentPath,
): readonly LintFinding[] {
  const condition = when === undefined ? undefined : compileCondition(when);
  const compared = condition?.ok ? condition.value.claims : [];
  const claim = tenantClaimToRequire({ issuer, require }, compared);
  return claim === undefined
    ? []
    : [
        {
          code: 'shared-issuer',
          path: [...path, 'issuer'],
          message: `this issuer signs tokens for every customer that it has, and most of their claims can be the same as yours: require one that cannot, as in require: { ${claim}: … }`,
        },
      ];
}

/** `require`, or the tenants that a preset asks for, tell whose tokens are meant. */
const lintIssuers = ({ providers, signOn }: AccessDocument): readonly LintFinding[] => [
  ...providers.flatMap((provider, i) =>
    provider.kind === 'oidc' && provider.tenants === undefined ? lintIssuer(provider, ['providers', i]) : [],
  ),
  ...(signOn?.connections ?? []).flatMap((connection, i) =>
    connection.kind === 'oidc'
      ? lintIssuer({ ...connection, when: undefined }, ['signOn', 'connections', i])
      : [],
  ),
];

/**
 * A person who steps up by a context that does not count is asked again, without end. For SAML alone: an OpenID Provider may tell of
 * the second factor in `amr`.
 */
function lintStepUps({ signOn, grants }: AccessDocument): readonly LintFinding[] {
  if (!grants.some(({ constraints }) => constraints.mfa === true)) return [];
  return (signOn?.connections ?? []).flatMap((connection, i): readonly LintFinding[] => {
    if (connection.kind !== 'saml' || connection.stepUp === undefined) return [];
    const { mfaContexts, stepUp } = connection;
    if (stepUp.authnContexts.every((context) => mfaContexts.includes(context))) return [];
    return [
      {
        code: 'step-up-uncounted',
        path: ['signOn', 'connections', i, 'stepUp', 'authnContexts'],
        message:
          'one of these is not in mfaContexts, so that a person who steps up by it is refused by grants with mfa: true all the same: list it in mfaContexts, or remove it here',
      },
    ];
  });
}
