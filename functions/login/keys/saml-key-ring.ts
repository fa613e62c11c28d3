// The SAML keys that login makes by itself. Identity providers hold their certificates, so they change on an administrator's
// order alone, in two steps: the next key is published beside the one that signs, then it signs alone.
import * as z from 'zod';
import { makeSamlKey } from '../../../shared/kernel/make-private-keys.ts';
import type { SignOnStore } from '../../../shared/rules/sign-on/sign-on.ts';
import { SamlJwks } from './saml-key-set.ts';
import type { StoredKind } from './settle-keys.ts';

const SamlKeyRing = z.strictObject({
  generation: z.int().min(1),
  /** The order of an administrator that it carried out. */
  order: z.string().optional(),
  keys: SamlJwks,
});
export type SamlKeyRing = z.infer<typeof SamlKeyRing>;

const ordered = (order: string | undefined) => (order === undefined ? {} : { order });

/** One key: an identity provider that keeps only the last certificate of the metadata would take a second one for the signing key. */
const firstSamlKeys = (generation: number, order: string | undefined): SamlKeyRing => ({
  generation,
  ...ordered(order),
  keys: SamlJwks.parse([makeSamlKey()]),
});

/** One step of a change of keys. */
function withSamlKeyStep({ generation, keys }: SamlKeyRing, order: string): SamlKeyRing {
  const [, ...next] = keys;
  const after = next.length > 0 ? next : SamlJwks.parse([...keys, makeSamlKey()]);
  return { generation: generation + 1, ...ordered(order), keys: after };
}

/**
 * Whether a connection of the rules in force demands signed requests. No other makes a first key: from then on Stint would sign
 * messages to identity providers that do not know its certificate.
 */
export async function needsSamlKey(signOn: SignOnStore): Promise<boolean> {
  const current = await signOn.current();
  const connections = (current.ok && current.value?.connections) || [];
  return connections.some((one) => one.kind === 'saml' && one.signRequests === true);
}

export const storedSamlKeys = (isNeeded: boolean): StoredKind<SamlKeyRing> => ({
  kind: 'saml-keys',
  schema: SamlKeyRing,
  first: (generation, order) =>
    isNeeded || order !== undefined ? firstSamlKeys(generation, order) : undefined,
  advance: (ring, order) => (order === undefined ? undefined : withSamlKeyStep(ring, order)),
  startsAnew: false,
});
