// The identifiers of the domain. Parsing is their only constructor, so a string cannot pass for one.
import * as z from 'zod';

/** Ids of the access document: they become column names and key segments, so no `|`, `_`, dot or capital. */
const DOCUMENT_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOCUMENT_ID_HELP = 'use 1 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit';

export const ProviderId = z.string().regex(DOCUMENT_ID, DOCUMENT_ID_HELP).brand<'ProviderId'>();
export type ProviderId = z.infer<typeof ProviderId>;

export const RoleId = z.string().regex(DOCUMENT_ID, DOCUMENT_ID_HELP).brand<'RoleId'>();
export type RoleId = z.infer<typeof RoleId>;

export const GrantId = z.string().regex(DOCUMENT_ID, DOCUMENT_ID_HELP).brand<'GrantId'>();
export type GrantId = z.infer<typeof GrantId>;

/** A connection for single sign-on. It is the first part of the name of each person who signs on through it. */
export const ConnectionId = z.string().regex(DOCUMENT_ID, DOCUMENT_ID_HELP).brand<'ConnectionId'>();
export type ConnectionId = z.infer<typeof ConnectionId>;

/** A short name of an Alibaba Cloud account in an access document. */
export const AccountAlias = z.string().regex(DOCUMENT_ID, DOCUMENT_ID_HELP).brand<'AccountAlias'>();
export type AccountAlias = z.infer<typeof AccountAlias>;

/** `acs:ram::<account>:role/<name>`; role names are 1 to 64 of letters, digits and `.` `-` `_` (RAM CreateRole). */
export const ROLE_ARN = /^acs:ram::(\d{1,20}):role\/([A-Za-z0-9._-]{1,64})$/;
export const RoleArn = z
  .string()
  .regex(ROLE_ARN, 'write it as acs:ram::<account id>:role/<role name>')
  .brand<'RoleArn'>();
export type RoleArn = z.infer<typeof RoleArn>;

/** `acs:kms:<region>:<account>:key/<id>` (KMS, DescribeKey). */
const KMS_KEY_ARN = /^acs:kms:([a-z0-9-]+):(\d{1,20}):key\/([A-Za-z0-9_-]{1,255})$/;
const KMS_KEY_ID = /^[A-Za-z0-9_-]{1,255}$/;

export interface KmsKeyParts {
  readonly id: string;
  /** Undefined: those of the deployment. */
  readonly region?: string;
  readonly account?: string;
}

/**
 * The parts of a key's id or ARN. Undefined for anything else, also for an alias: it can be led to another key later, by a person
 * who may not use either, and a RAM policy that allows one key names its id.
 */
export function parseKmsKey(text: string): KmsKeyParts | undefined {
  if (KMS_KEY_ID.test(text)) return { id: text };
  const [, region, account, id] = KMS_KEY_ARN.exec(text) ?? [];
  return region === undefined || account === undefined || id === undefined
    ? undefined
    : { id, region, account };
}

/** The setting of a key: as it was given, since KMS takes either. */
export const KmsKey = z
  .string()
  .refine((text) => parseKmsKey(text) !== undefined, 'must be the id or ARN of a KMS key, and no alias');

const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** One for each request: in the answer, the log and the audit row. */
export const RequestId = z.string().regex(REQUEST_ID).brand<'RequestId'>();
export type RequestId = z.infer<typeof RequestId>;

/** Whether RequestId takes it. Every request asks, most of them without an id: zod would build an error for each. */
export const isRequestId = (text: string): text is RequestId => REQUEST_ID.test(text);

/** Names one applied version of the access rules; everything stored under it never changes. */
export const Revision = z
  .string()
  .regex(/^[a-z0-9]{8,32}$/)
  .brand<'Revision'>();
export type Revision = z.infer<typeof Revision>;

/** The account that owns a role: the digits of its ARN. */
export function accountOf(roleArn: RoleArn): string {
  return ROLE_ARN.exec(roleArn)?.[1] ?? '';
}
