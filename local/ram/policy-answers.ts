// Policies and their versions as RAM's answers show them.
import type { AnswerBody } from '../rpc/render-answer.ts';
import type { PolicyVersion, StoredPolicy } from './policy-store.ts';

/** The local RAM does not count who a policy is attached to. */
const ATTACHMENT_COUNT = 0;

export const policySummary = ({
  type,
  name,
  description,
  createDate,
  current,
}: StoredPolicy): AnswerBody => ({
  PolicyName: name,
  PolicyType: type,
  Description: description,
  DefaultVersion: current.versionId,
  CreateDate: createDate,
  UpdateDate: current.createDate,
  AttachmentCount: ATTACHMENT_COUNT,
});

export const versionAnswer = (
  { versionId, text, createDate }: PolicyVersion,
  isDefault: boolean,
): AnswerBody => ({
  VersionId: versionId,
  IsDefaultVersion: isDefault,
  PolicyDocument: text,
  CreateDate: createDate,
});
