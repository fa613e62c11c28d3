// Faults of setup's calls as messages that say what to do next, and the permissions that are missing as a policy to attach.
import type { CloudAction, CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';

const NEXT: Readonly<Record<CloudFault['kind'], string>> = {
  denied: 'the credentials may not do this',
  taken: 'the name is in use: choose another one',
  quota: 'the account may have no more of these: delete one, or ask Alibaba Cloud for a higher quota',
  clock: 'the clock of this machine is wrong: set it, and run this again',
  key: 'the access key was refused: check it, its secret, its token, and the clock of this machine',
  refused: 'the service refuses this: see its code in the API reference',
  throttled: 'the service is busy: run this again in a minute',
  'not-found': 'it is not there: run this again',
  unavailable: 'no answer of the service: check the network and the endpoint, and run this again',
};

/** One line: what was tried, the service's code, what to do. */
export const explainCloudFault = ({ kind, code, action, resource }: CloudFault): string =>
  `${action} on ${resource}: ${code}: ${NEXT[kind]}`;

/** Each action once, with the resources that it is needed on. */
export function missingPermissions(faults: readonly CloudFault[]): readonly CloudAction[] {
  const missing = faults.filter(({ kind }) => kind === 'denied');
  const byText = new Map(
    missing.map(({ action, resource }) => [`${action} ${resource}`, { action, resource }]),
  );
  return [...byText.values()];
}

/** A policy that allows just that: an administrator attaches it to whom setup runs as. */
function policyOf(missing: readonly CloudAction[]): object {
  const byResource = new Map<string, string[]>();
  for (const { action, resource } of missing)
    byResource.set(resource, [...(byResource.get(resource) ?? []), action]);
  const Statement = [...byResource].map(([Resource, Action]) => ({ Effect: 'Allow', Action, Resource }));
  return { Version: '1', Statement };
}

/** The lines that say which permissions are missing; none where none is. */
export function explainMissing(missing: readonly CloudAction[]): readonly string[] {
  if (missing.length === 0) return [];
  return [
    'These RAM permissions are missing:',
    ...missing.map(({ action, resource }) => `  ${action} on ${resource}`),
    'A policy that grants them:',
    JSON.stringify(policyOf(missing)),
  ];
}
