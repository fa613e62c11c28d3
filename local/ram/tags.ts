// Tags of roles and policies: as parameters of the RPC style, and TagResources, UntagResources and ListTagResources.
import * as z from 'zod';
import { readJson } from '../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Tags } from '../iam/iam-store.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import { type Parameters, type RamCall, roleResource } from './ram-call.ts';
import type { RamError } from './ram-error.ts';

/** RAM TagResources: a call has at most 20 tags and 50 names. */
const MAX_TAGS = 20;
const MAX_NAMES = 50;
const TAG_KEY = /^(?!aliyun|acs:).{1,128}$/u;
const MAX_TAG_VALUE = 128;

/** As GetRole and ListPolicies show them. */
export const tagsBody = (tags: Tags): AnswerBody => ({
  Tag: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
});

/** These parameters are JSON within the query (API metadata, style `json`). */
const readJsonList = <T>(parameters: Parameters, name: string, schema: z.ZodType<T>) =>
  readJson(z.array(schema), parameters.get(name) ?? '[]');

const Tag = z.object({ Key: z.string().regex(TAG_KEY), Value: z.string().max(MAX_TAG_VALUE) });

/** The tags of a call that creates or tags something. */
export function readTags(parameters: Parameters): Result<Tags, RamError> {
  const tags = readJsonList(parameters, 'Tag', Tag);
  return tags === undefined || tags.length > MAX_TAGS
    ? err({ code: 'InvalidParameter.Tag' })
    : ok(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
}

const readNames = (parameters: Parameters, name: string): readonly string[] =>
  readJsonList(parameters, name, z.string())?.slice(0, MAX_NAMES) ?? [];

/** One resource that the call names: its tags, and how they are changed. */
interface Tagged {
  readonly name: string;
  readonly tags: Tags;
  set(tags: Tags): void;
}

function findTagged(
  type: 'role' | 'policy',
  name: string,
  { iam, caller }: RamCall,
): Result<Tagged, RamError> {
  const { accountId } = caller;
  if (type === 'role') {
    const role = iam.findRole(`acs:ram::${accountId}:role/${name}`);
    if (role === undefined) return err({ code: 'EntityNotExist.Role' });
    const { tags = {} } = role.record;
    return ok({ name, tags, set: (changed) => void iam.changeRole(role.arn, { tags: changed }) });
  }
  const address = { type: 'Custom', name, accountId } as const;
  const policy = iam.policies.find(address);
  if (policy === undefined) return err({ code: 'EntityNotExist.Policy' });
  return ok({ name, tags: policy.tags, set: (changed) => iam.policies.setTags(address, changed) });
}

interface TagTarget {
  readonly type: 'role' | 'policy';
  readonly resources: readonly Tagged[];
}

function readTarget(action: string, call: RamCall): Result<TagTarget, RamError> {
  const { parameters, caller, context } = call;
  const type = parameters.get('ResourceType');
  if (type !== 'role' && type !== 'policy') return err({ code: 'InvalidParameter.ResourceType' });
  const resources: Tagged[] = [];
  for (const name of readNames(parameters, 'ResourceNames')) {
    const { accountId } = caller;
    const resource =
      type === 'role' ? roleResource(accountId, name) : `acs:ram:*:${accountId}:policy/${name}`;
    const permitted = authorizeAction(caller, action, resource, context);
    if (!permitted.ok) return permitted;
    const found = findTagged(type, name, call);
    if (!found.ok) return found;
    resources.push(found.value);
  }
  return ok({ type, resources });
}

export function tagResources(call: RamCall): Result<AnswerBody, RamError> {
  const tags = readTags(call.parameters);
  if (!tags.ok) return tags;
  const target = readTarget('ram:TagResources', call);
  if (!target.ok) return target;
  for (const resource of target.value.resources) resource.set({ ...resource.tags, ...tags.value });
  return ok({});
}

export function untagResources(call: RamCall): Result<AnswerBody, RamError> {
  const target = readTarget('ram:UntagResources', call);
  if (!target.ok) return target;
  const removed = new Set(readNames(call.parameters, 'TagKeys'));
  const all = call.parameters.get('All') === 'true';
  for (const { tags, set } of target.value.resources) {
    set(all ? {} : Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))));
  }
  return ok({});
}

/** Of the named resources, the tags that they have. No source says how long a page is; here one has all. */
export function listTagResources(call: RamCall): Result<AnswerBody, RamError> {
  const target = readTarget('ram:ListTagResources', call);
  if (!target.ok) return target;
  const { type, resources } = target.value;
  return ok({
    TagResources: resources.flatMap(({ name, tags }) =>
      Object.entries(tags).map(([TagKey, TagValue]) => ({
        ResourceName: name,
        ResourceType: type,
        TagKey,
        TagValue,
      })),
    ),
  });
}
