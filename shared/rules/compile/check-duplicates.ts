// Ids and addresses that must be unique in the access documents.
import type { AccessDocument } from '../document/document.ts';
import { issuersOf } from '../document/provider.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';

function repeated<Entry extends object>(
  list: DocumentPath,
  entries: readonly Entry[],
  field: keyof Entry & string,
  message: string,
): readonly PathFault[] {
  const firstAt = new Map<unknown, number>();
  return entries.flatMap((entry, i) => {
    const first = firstAt.get(entry[field]);
    if (first === undefined) firstAt.set(entry[field], i);
    return first === undefined ? [] : [{ path: [...list, i, field], message, sameAs: [...list, first] }];
  });
}

/** A token selects its provider by issuer: two would leave it open whose rules apply. */
function repeatedIssuers(providers: AccessDocument['providers']): readonly PathFault[] {
  const firstAt = new Map<string, number>();
  return providers.flatMap((provider, i) =>
    issuersOf(provider).flatMap(({ name, path }): readonly PathFault[] => {
      const first = firstAt.get(name);
      if (first === undefined) firstAt.set(name, i);
      const fault = {
        path: ['providers', i, ...path],
        message: 'list an issuer, or the id of a client, once: a token is told by it',
      };
      return first === undefined ? [] : [{ ...fault, sameAs: ['providers', first] }];
    }),
  );
}

export function checkDuplicates({
  providers,
  roles,
  policies,
  grants,
  signOn,
}: AccessDocument): readonly PathFault[] {
  const ownId = 'give it an id of its own';
  return [
    ...repeated(['providers'], providers, 'id', ownId),
    ...repeatedIssuers(providers),
    ...repeated(['roles'], roles, 'id', ownId),
    // A caller may name the role by its ARN: two entries would leave it open which is meant.
    ...repeated(['roles'], roles, 'roleArn', 'list a role ARN once'),
    // A grant refers to it by name alone: two would leave it open which is given.
    ...repeated(['policies'], policies, 'name', 'list a policy once'),
    ...repeated(['grants'], grants, 'id', ownId),
    ...repeated(['signOn', 'connections'], signOn?.connections ?? [], 'id', ownId),
  ];
}
