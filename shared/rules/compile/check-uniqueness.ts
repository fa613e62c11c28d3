// Ids, issuers, ARNs and callers that the access documents must name only once.
import type { AccessDocument } from '../document/document.ts';
import { issuersOf, type Provider } from '../document/provider.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';
import { type Trust, trustsOverlap } from '../values/ram-member.ts';
import type { Role } from '../values/role.ts';

/**
 * Faults of entries that share an id, an issuer or an ARN with an entry above. `written`: the role that each entry of roles
 * stands for, where it is known.
 */
export function checkUniqueness(
  { providers, accounts, roles, policies, grants, signOn }: AccessDocument,
  written: readonly (Role | undefined)[],
): readonly PathFault[] {
  const ownId = 'give it an id of its own';
  return [
    ...repeated(['providers'], providers, 'id', ownId),
    ...repeatedIssuers(providers),
    ...repeated(['roles'], roles, 'id', ownId),
    // A caller may name the role by its ARN: with two entries it would be open which is meant.
    ...repeated(
      ['roles'],
      written.map((role) => ({ roleArn: role?.roleArn })),
      'roleArn',
      'list a role ARN once',
    ),
    // A role names its account by the alias, and people read the name: with two it would be open which is meant.
    ...repeated(['accounts'], accounts, 'alias', 'give the account an alias of its own'),
    ...repeated(['accounts'], accounts, 'id', 'list an account once'),
    // A grant refers to it by name alone: with two it would be open which is given.
    ...repeated(['policies'], policies, 'name', 'list a policy once'),
    ...repeated(['grants'], grants, 'id', ownId),
    ...repeated(['signOn', 'connections'], signOn?.connections ?? [], 'id', ownId),
    ...repeated(['signOn', 'directories'], signOn?.directories ?? [], 'id', ownId),
  ];
}

function repeated<Entry extends object>(
  list: DocumentPath,
  entries: readonly Entry[],
  field: keyof Entry & string,
  message: string,
): readonly PathFault[] {
  const firstAt = new Map<unknown, number>();
  return entries.flatMap((entry, i) => {
    if (entry[field] === undefined) return [];
    const first = firstAt.get(entry[field]);
    if (first === undefined) firstAt.set(entry[field], i);
    return first === undefined ? [] : [{ path: [...list, i, field], message, sameAs: [...list, first] }];
  });
}

/** A token selects its provider by issuer: with two it would be open which rules apply. */
function repeatedIssuers(providers: AccessDocument['providers']): readonly PathFault[] {
  const firstAt = new Map<string, number>();
  return providers.flatMap((provider, i) =>
    issuersOf(provider).flatMap(({ name, path }): readonly PathFault[] => {
      const first = firstAt.get(name);
      if (first === undefined) firstAt.set(name, i);
      const fault = {
        path: ['providers', i, ...path],
        message: 'list an issuer, or the id of a client, once: a token selects its provider by it',
      };
      return first === undefined ? [] : [{ ...fault, sameAs: ['providers', first] }];
    }),
  );
}

/**
 * Faults of trust entries of two providers that some caller would match. A caller's proof names no provider: the caller
 * belongs to the one provider that trusts it.
 */
export function checkTrust(providers: readonly Provider[]): readonly PathFault[] {
  const entries = providers.flatMap(entriesOf);
  return entries.flatMap(({ trust, provider, path }, i): readonly PathFault[] => {
    const first = entries
      .slice(0, i)
      .find((above) => above.provider !== provider && trustsOverlap(above.trust, trust));
    const message = 'callers of this entry would belong to two providers: list them at one';
    return first ? [{ path, message, sameAs: first.path }] : [];
  });
}

interface TrustEntry {
  readonly trust: Trust;
  readonly provider: number;
  readonly path: readonly (string | number)[];
}

const entriesOf = (provider: Provider, i: number): readonly TrustEntry[] =>
  provider.kind === 'aliyun'
    ? provider.trust.map((trust, j) => ({ trust, provider: i, path: ['providers', i, 'trust', j] }))
    : [];
