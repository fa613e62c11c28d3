// Refusals of SCIM clients, which keep the directories of identity providers.
import type { ScimReason } from '../../functions/login/scim/protocol/scim-fault.ts';
import type { Refusals } from './refusal.ts';

const NEW_TOKEN = ['issuer', 'Make one by `stint scim token create`, and give it to the provider.'] as const;
const REQUEST = [
  'issuer',
  'The `detail` of the answer says what is wrong; the log of the provider has it.',
] as const;
const AGAIN = ['issuer', 'Let the provider send it again; most do.'] as const;

export const SCIM = {
  'scim-token-missing': ['The request has no bearer token.', ...NEW_TOKEN],
  'scim-token-unknown': ['The token was made up, or the directory is not in the rules.', ...NEW_TOKEN],
  'scim-token-revoked': ['The token was revoked.', ...NEW_TOKEN],
  'scim-token-expired': ['The token expired.', ...NEW_TOKEN],
  'scim-token-of-another-directory': [
    'The token opens another directory than the address names.',
    'operator',
    'Correct the address or the token; if neither is yours, revoke the token.',
  ],
  'scim-body': ['The body is not unambiguous JSON, or not what the request needs.', ...REQUEST],
  'scim-body-too-large': [
    'The body has more than 2 MB.',
    'issuer',
    'Send changes of members by PATCH, in parts: [scim.md](scim.md#limits).',
  ],
  'scim-media-type': ['The body is not sent as SCIM or JSON.', ...REQUEST],
  'scim-filter': ['The filter cannot be read, or names what Stint does not keep.', ...REQUEST],
  'scim-filter-too-wide': [
    'The filter would read a whole directory that is too large for that.',
    'issuer',
    'Filter by `userName`, `displayName`, `externalId` or `id`.',
  ],
  'scim-path': [
    'The path of a PATCH names what Stint does not keep.',
    'issuer',
    'Remove the attribute from the mapping: [scim.md](scim.md#what-is-kept).',
  ],
  'scim-no-target': ['No value meets the filter in the path of a PATCH.', ...REQUEST],
  'scim-read-only': ['The request changes what only Stint may.', ...REQUEST],
  'scim-value': [
    'A value is of a wrong kind, too long, missing, or names a user that there is not.',
    ...REQUEST,
  ],
  'scim-taken': [
    'Another resource of the directory has this name or `externalId`.',
    'issuer',
    'Rename one, or delete the other: two of one name would be one to grants.',
  ],
  'scim-not-found': ['There is no such resource in this directory.', ...AGAIN],
  'scim-precondition': [
    'The resource changed since the client read it, or the person was deactivated a moment ago.',
    ...AGAIN,
  ],
  'scim-changed': ['Other requests changed the resource at the same moment.', ...AGAIN],
  'scim-not-supported': ['Stint does not support the operation.', 'issuer', 'See [scim.md](scim.md#limits).'],
  'scim-method': ['The address takes other methods.', ...REQUEST],
} as const satisfies Refusals<ScimReason>;
