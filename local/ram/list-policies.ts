// ListPolicies: the policies of Alibaba Cloud and of the caller's account, a page at a time. Tags are not kept here.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';
import type { PolicyCall } from './get-policy.ts';
import { policySummary } from './policy-answers.ts';
import type { RamError } from './ram-error.ts';

/** RAM ListPolicies, MaxItems. */
const MAX_ITEMS = 1000;
const DEFAULT_ITEMS = '100';
const WHOLE_NUMBER = /^\d{1,9}$/;

export function listPolicies(call: PolicyCall): Result<AnswerBody, RamError> {
  const { caller, parameters, context, policies } = call;
  const type = parameters.get('PolicyType');
  if (type !== undefined && type !== 'System' && type !== 'Custom') {
    return err({ code: 'InvalidParameter.PolicyType' });
  }
  const maxItems = parameters.get('MaxItems') ?? DEFAULT_ITEMS;
  if (!WHOLE_NUMBER.test(maxItems) || Number(maxItems) < 1 || Number(maxItems) > MAX_ITEMS) {
    return err({ code: 'InvalidParameter.MaxItems' });
  }
  const marker = parameters.get('Marker') ?? '0';
  if (!WHOLE_NUMBER.test(marker)) return err({ code: 'InvalidParameter.Marker' });
  const permitted = authorizeAction(
    caller,
    'ram:ListPolicies',
    `acs:ram:*:${caller.accountId}:policy/*`,
    context,
  );
  if (!permitted.ok) return permitted;
  const all = policies.list(caller.accountId).filter((policy) => type === undefined || policy.type === type);
  const end = Number(marker) + Number(maxItems);
  return ok({
    Policies: { Policy: all.slice(Number(marker), end).map(policySummary) },
    IsTruncated: end < all.length,
    ...(end < all.length ? { Marker: String(end) } : {}),
  });
}
