// Every error that the local STS answers with. `AssumeRole` codes, messages and statuses are those of the published
// API metadata (Sts 2015-04-01); what no source confirms is marked so.
import { type ErrorSpec, GATEWAY_ERRORS, type RpcError } from '../rpc/rpc-error.ts';

/** API metadata, AssumeRole errorCodes. SerialNumber, TokenCode and the two ApiUsername/ApiPassword have no cause here. */
const ASSUME_ROLE_ERRORS = {
  'InvalidParameter.DurationSeconds': {
    status: 400,
    message: 'The Min/Max value of DurationSeconds is 15min/1hr.',
  },
  'InvalidParameter.ExternalId': { status: 400, message: 'The parameter ExternalId is wrongly formed.' },
  'InvalidParameter.RoleArn': { status: 400, message: 'The parameter RoleArn is wrongly formed.' },
  'InvalidParameter.RoleSessionName': {
    status: 400,
    message: 'The parameter RoleSessionName is wrongly formed.',
  },
  'InvalidParameter.PolicyGrammar': {
    status: 400,
    message: 'The parameter Policy has not passed grammar check.',
  },
  'InvalidParameter.PolicySize': {
    status: 400,
    message: 'The size of Policy must be smaller than 2048 bytes.',
  },
  NoPermission: {
    status: 403,
    message: 'You are not authorized to do this action. You should be authorized by RAM.',
  },
  'EntityNotExist.Role': { status: 404, message: 'The specified Role not exists .' },
  InternalError: {
    status: 500,
    message: 'STS Server Internal Error happened, please send the RequestId to us.',
  },
} as const satisfies Record<string, ErrorSpec>;

/** Not in the metadata: messages and statuses are not confirmed. */
const UNPUBLISHED_ERRORS = {
  MissingRoleArn: { status: 400, message: 'RoleArn is mandatory for this action.' },
  MissingRoleSessionName: { status: 400, message: 'RoleSessionName is mandatory for this action.' },
  'InvalidParameter.SourceIdentity': {
    status: 400,
    message: 'The parameter SourceIdentity is wrongly formed.',
  },
} as const satisfies Record<string, ErrorSpec>;

export const STS_ERRORS = { ...ASSUME_ROLE_ERRORS, ...UNPUBLISHED_ERRORS, ...GATEWAY_ERRORS };

export type StsErrorCode = keyof typeof STS_ERRORS;
export type StsError = RpcError<StsErrorCode>;
