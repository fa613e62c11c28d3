// Whose keys administrators decide about, and what happens to the new ones of each: providers of callers whose keys are fetched, and
// SAML connections, also those that read no metadata any more: a key that was revoked stays so. For the commands and checks that
// show keys of both.

import type { Connection } from '../sign-on/sign-on.ts';
import { type NewKeyRule, samlKeyOwner } from '../values/issuer-key.ts';
import type { Provider } from './provider.ts';

/** By the name of the owner, as KeyOwnerName has it. */
export type NewKeyRules = ReadonlyMap<string, NewKeyRule>;

const ofProvider = (provider: Provider): readonly (readonly [string, NewKeyRule])[] =>
  'newKeys' in provider ? [[provider.id, provider.newKeys]] : [];

const ofConnection = (connection: Connection): readonly (readonly [string, NewKeyRule])[] =>
  connection.kind === 'saml' ? [[samlKeyOwner(connection.id), connection.newKeys]] : [];

export const newKeyRules = (providers: Iterable<Provider>, connections: readonly Connection[]): NewKeyRules =>
  new Map([...[...providers].flatMap(ofProvider), ...connections.flatMap(ofConnection)]);
