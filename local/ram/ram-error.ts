// Every error that the local RAM answers with. Codes, statuses and messages are those of the API reference, its misprints
// included ("error information" of GetPolicy; "Error messages" of RAM for the others); what no source confirms is marked so.
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';

/** RAM API reference, "error information" of GetPolicy and GetPolicyVersion. */
const POLICY_ERRORS = {
  'InvalidParameter.PolicyType': { status: 400, message: 'The parameter - "PolicyType" is incorrect.' },
  'InvalidParameter.PolicyName.InvalidChars': {
    status: 400,
    message: 'The parameter - "PolicyNam" contains invalid chars.',
  },
  'InvalidParameter.PolicyName.Length': {
    status: 400,
    message: 'The parameter - "PolicyName" beyond the length limit.',
  },
  'InvalidParameter.VersionId.Format': {
    status: 400,
    message: 'The format of the parameter - "VersionId" is incorrect.',
  },
  'EntityNotExist.Policy': { status: 404, message: 'The policy does not exist.' },
  'EntityNotExist.Policy.Version': { status: 404, message: 'The policy version does not exist.' },
} as const satisfies Record<string, ErrorSpec>;

/** RAM, "Error messages": what the calls that change roles and policies answer. */
const CHANGE_ERRORS = {
  MalformedPolicyDocument: { status: 400, message: 'The policy document is malformed.' },
  'InvalidParameter.PolicyDocument.Length': {
    status: 400,
    message: 'The parameter - "PolicyDocument" beyond the length limit.',
  },
  'InvalidParameter.Description.Length': {
    status: 400,
    message: 'The parameter - "Description" beyond the length limit.',
  },
  'EntityAlreadyExists.Policy': { status: 409, message: 'The group does already EXIST.' },
  'DeleteConflict.Policy.Version': {
    status: 409,
    message: 'The policy CAN NOT has any version except the default version.',
  },
  'DeleteConflict.Policy.Version.Default': {
    status: 409,
    message: 'The default policy version CAN NOT been deleted directly.',
  },
  'DeleteConflict.Role.Policy': {
    status: 409,
    message: 'The role CAN NOT has any attached policy while deleting the role.',
  },
  'LimitExceeded.Policy': { status: 409, message: 'The count of policy beyond the current limits.' },
  'LimitExceeded.Policy.Version': {
    status: 409,
    message: 'The count of policy version beyond the current limits.',
  },
  'LimitExceeded.Role': { status: 409, message: 'The count of roles beyond the current limits.' },
  'LimitExceeded.Role.Policy': {
    status: 409,
    message: 'The policy count of the role beyond the current limits.',
  },
} as const satisfies Record<string, ErrorSpec>;

/** Named as their kin of users and groups in "Error messages"; public clients test for these codes. Messages are not confirmed. */
const ROLE_ERRORS = {
  'EntityNotExist.Role': { status: 404, message: 'The role does not exist.' },
  'EntityNotExist.Role.Policy': { status: 404, message: 'The indicate policy of the role does not exist.' },
  'EntityAlreadyExists.Role': { status: 409, message: 'The role does already EXIST.' },
  'EntityAlreadyExists.Role.Policy': {
    status: 409,
    message: 'The role has already been attached this policy.',
  },
  'DeleteConflict.Policy.Role': {
    status: 409,
    message: 'The policy CAN NOT been attached to any role while deleting the policy.',
  },
  'InvalidParameter.RoleName.InvalidChars': {
    status: 400,
    message: 'The parameter - "RoleName" contains invalid chars.',
  },
  'InvalidParameter.RoleName.Length': {
    status: 400,
    message: 'The parameter - "RoleName" beyond the length limit.',
  },
  'InvalidParameter.AssumeRolePolicyDocument': {
    status: 400,
    message: 'The parameter - "AssumeRolePolicyDocument" is incorrect.',
  },
  'InvalidParameter.MaxSessionDuration': {
    status: 400,
    message: 'The parameter - "MaxSessionDuration" is incorrect.',
  },
  'InvalidParameter.ResourceType': { status: 400, message: 'The parameter - "ResourceType" is incorrect.' },
  'InvalidParameter.Tag': { status: 400, message: 'The parameter - "Tag" is incorrect.' },
} as const satisfies Record<string, ErrorSpec>;

/** Messages are not confirmed for this API; NoPermission is worded as STS's. */
const UNPUBLISHED_ERRORS = {
  'InvalidParameter.MaxItems': { status: 400, message: 'The parameter - "MaxItems" is incorrect.' },
  'InvalidParameter.Marker': { status: 400, message: 'The parameter - "Marker" is incorrect.' },
  NoPermission: {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
  },
  InternalError: { status: 500, message: 'The request processing has failed due to some unknown error.' },
} as const satisfies Record<string, ErrorSpec>;

export const RAM_ERRORS = {
  ...POLICY_ERRORS,
  ...CHANGE_ERRORS,
  ...ROLE_ERRORS,
  ...UNPUBLISHED_ERRORS,
  ...GATEWAY_ERRORS,
};

export type RamErrorCode = keyof typeof RAM_ERRORS;
export type RamError = RpcError<RamErrorCode>;
