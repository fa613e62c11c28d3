// Every error that the local RAM answers with. Codes, statuses and messages are those that the API reference lists for
// GetPolicy and GetPolicyVersion, its misprint included; what no source confirms is marked so.
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

export const RAM_ERRORS = { ...POLICY_ERRORS, ...UNPUBLISHED_ERRORS, ...GATEWAY_ERRORS };

export type RamErrorCode = keyof typeof RAM_ERRORS;
export type RamError = RpcError<RamErrorCode>;
