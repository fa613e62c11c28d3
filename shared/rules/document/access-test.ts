// An expectation written beside the rules: who gets a role or does not, and what the credentials may then do. Part of
// the document and of nothing that is stored.
import * as z from 'zod';
import { clientAddress } from '../../kernel/client-address.ts';
import type { DenyReason, DpopReason, LimitReason, TokenReason } from '../../kernel/failure.ts';
import { ProviderId, RoleId } from '../../kernel/names.ts';
import { EFFECTIVE_SECONDS } from '../values/constraints.ts';
import { MAX_GROUPS, PrincipalName } from '../values/principal-key.ts';

const MAX_REQUESTS = 100;
const MAX_NAME_CHARACTERS = 200;

/** The caller of a test asks by no web page, and nothing is blocked; the others are faults of the test or of Stint. */
type UntestableReason = Extract<
  DenyReason,
  'no-permission' | 'blocked' | 'role-unknown' | 'policy-check-failed' | 'origin-not-allowed'
>;
type TestableReason =
  | Exclude<DenyReason, UntestableReason>
  | Extract<TokenReason, 'tenant-not-allowed' | 'token-ends-too-soon'>
  | Extract<DpopReason, 'dpop-missing'>
  | Extract<LimitReason, 'duration-over-grant' | 'policy-too-large'>;

/** Reasons for a refusal, as the audit log names them. The compiler asks for each new one. */
const DENIAL_REASONS = {
  'no-grant': 'no-grant',
  'tenant-not-allowed': 'tenant-not-allowed',
  'condition-false': 'condition-false',
  'source-ip': 'source-ip',
  'outside-time-window': 'outside-time-window',
  'token-ends-too-soon': 'token-ends-too-soon',
  'dpop-missing': 'dpop-missing',
  'mfa-missing': 'mfa-missing',
  'auth-time-missing': 'auth-time-missing',
  'auth-too-old': 'auth-too-old',
  'duration-over-grant': 'duration-over-grant',
  'claim-unusable': 'claim-unusable',
  'constraint-unsatisfiable': 'constraint-unsatisfiable',
  'policy-too-large': 'policy-too-large',
} as const satisfies { readonly [Reason in TestableReason]: Reason };

/** One action on one resource: with wildcards it would be several, and a policy may allow some of them. */
const REQUEST =
  /^[A-Za-z0-9-]+(?::[A-Za-z0-9_./-]+)+ acs:[a-z0-9-]+:(?:\*|[a-z0-9-]*):(?:\*|\d*):[^*?$\s\p{C}]+$/u;

const Requests = z
  .array(
    z
      .string()
      .regex(
        REQUEST,
        'write one action and one resource, as in "oss:PutObject acs:oss:*:*:bucket/key"; * may stand for the region and the account only',
      ),
  )
  .min(1)
  .max(MAX_REQUESTS)
  .optional();

const As = z.strictObject({
  provider: ProviderId,
  subject: PrincipalName,
  groups: z.array(PrincipalName).max(MAX_GROUPS).optional(),
  claims: z.record(z.string(), z.json()).optional().describe('Other claims of the token.'),
  sourceIp: z
    .string()
    .refine(
      (text) => clientAddress(text) === text,
      'write an IPv4 or IPv6 address; the IPv4 address of one that is IPv4-mapped',
    )
    .optional()
    .describe('The address of the caller, also when it uses the credentials. Default: unknown.'),
  at: z.iso
    .datetime({ offset: true, error: 'write a time such as "2026-03-02T09:30:00Z", in quotes' })
    .optional()
    .describe('The time of the request. Default: now.'),
  mfa: z.boolean().optional().describe('A second factor was used.'),
  authAgeSeconds: z
    .int()
    .min(0)
    .optional()
    .describe('How long before `at` the caller signed in (auth_time). Default: unknown.'),
  dpop: z.boolean().optional().describe('The caller has the key to which the token is bound.'),
});

export const AccessTest = z
  .strictObject({
    name: z.string().min(1).max(MAX_NAME_CHARACTERS).describe('A sentence that says what must hold.'),
    as: As.describe('The caller.'),
    role: RoleId.describe('The id of an entry of roles.'),
    durationSeconds: z.int().min(EFFECTIVE_SECONDS.min).max(EFFECTIVE_SECONDS.max).optional(),
    expect: z.enum(['allow', 'deny']),
    reason: z.enum(DENIAL_REASONS).optional().describe('With deny: the reason.'),
    may: Requests.describe('With allow: requests that the session policy must allow.'),
    mayNot: Requests.describe('With allow: requests that the session policy must not allow.'),
  })
  .refine(({ expect, reason }) => expect === 'deny' || reason === undefined, {
    path: ['reason'],
    error: 'remove the reason, or expect: deny',
  })
  .refine(({ expect, may, mayNot }) => expect === 'allow' || (may ?? mayNot) === undefined, {
    path: ['expect'],
    error: 'write allow, or remove may and mayNot: without credentials there is nothing to try',
  });
export type AccessTest = z.infer<typeof AccessTest>;
