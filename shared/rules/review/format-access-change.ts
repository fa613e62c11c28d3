// A change of somebody's access, in words: one line for what happens, and one below it for each permission and limit. No
// name in one leaves its line.
import { showable } from '../../kernel/showable.ts';
import type { PermittedActions } from './compare-policies.ts';
import { formatRecipient } from './diff.ts';
import type { AccessChange, LimitChange } from './plan-access.ts';

const SIGN = { gains: '+', loses: '-', changes: '~' } as const satisfies Record<
  AccessChange['change'],
  string
>;

const RELATION = {
  same: 'the same permissions',
  narrower: 'narrower',
  wider: 'WIDER',
  different: 'different permissions',
} as const satisfies Record<AccessChange['permissions']['relation'], string>;

function formatPermission({ actions, except, resources, conditional }: PermittedActions): string {
  const all = actions.length === 1 && actions[0] === '*' && resources.length === 1 && resources[0] === '*';
  if (all && !except && !conditional) return 'all that the RAM role may do';
  const what = `${except ? 'all actions but ' : ''}${actions.join(', ')}`;
  return `${what} on ${resources.join(', ')}${conditional ? ', under conditions' : ''}`;
}

const formatValue = (value: unknown): string => {
  if (value === null) return 'none';
  return typeof value === 'string' && !/\p{C}/u.test(value) ? value : JSON.stringify(value);
};

const formatLimit = ({ limit, before, after }: LimitChange, change: AccessChange['change']): string =>
  change === 'changes'
    ? `${limit} ${formatValue(before)} → ${formatValue(after)}`
    : `${limit} ${formatValue(change === 'gains' ? after : before)}`;

function formatHead({ change, who, role, grant, alsoBy, permissions }: AccessChange): string {
  const by = `(grant ${grant}${alsoBy.length === 0 ? '' : `, beside ${alsoBy.join(', ')}`})`;
  const happens =
    change === 'changes' ? `keeps role ${role}, ${RELATION[permissions.relation]}` : `${change} role ${role}`;
  return `${SIGN[change]} ${formatRecipient(who)} ${happens} ${by}`;
}

export function formatAccessChange(change: AccessChange): string {
  const { permissions, limits } = change;
  return [
    formatHead(change),
    ...permissions.gains.map((permission) => `    + ${formatPermission(permission)}`),
    ...permissions.loses.map((permission) => `    - ${formatPermission(permission)}`),
    ...limits
      .filter(({ limit }) => limit !== 'roleArn' || change.change === 'changes')
      .map((limit) => `    ${formatLimit(limit, change.change)}`),
  ]
    .map(showable)
    .join('\n');
}
