// A passkey was used: which one, whose, and whether it may stand for a sign-on at the company. The person behind it may
// have left since: the identity provider must have vouched for them lately, and nobody may have blocked them.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Passkey, passkeyId } from '../../../shared/people/passkey.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { isOfGeneration } from '../sessions/session-limits.ts';
import type { RelyingParty } from './relying-party.ts';
import { readUse, verifyUse } from './verify-passkey.ts';

/** RFC 8176: a key that was proved to be held, by somebody who proved to be present; that is two factors. */
export const PASSKEY_METHODS = ['pop', 'user', 'mfa'];

type Failed<T> = Result<T, SignOnFailure>;

const refused = (reason: 'passkey-refused' | 'passkey-unknown' | 'sign-on-too-old') =>
  err({ code: 'sign_on_refused', reason } as const);

/** What stands in the answer names the owner; only the signature makes it so. */
const ownerOf = (userHandle: string | undefined): PersonKey | undefined =>
  PersonKey.safeParse(Buffer.from(userHandle ?? '', 'base64url').toString('hex')).data;

/** `owner`: whose passkey it must be, when somebody is signed on already. */
export async function usePasskey(
  answer: string,
  { challenge, owner }: { readonly challenge: string; readonly owner: PersonKey | undefined },
  now: Date,
  party: RelyingParty,
  { passkeys }: Pick<LoginDeps, 'passkeys'>,
): Promise<Failed<Passkey>> {
  const use = readUse(answer);
  const person = owner ?? ownerOf(use?.response.userHandle);
  if (!use || !person) return refused('passkey-refused');
  const found = await passkeys.find(person, passkeyId(use.id));
  if (!found.ok) return err(storeUnavailable(found.error));
  const passkey = found.value;
  if (!passkey) return refused('passkey-unknown');
  const counter = await verifyUse(use, challenge, passkey, party);
  if (!counter.ok) return refused(counter.error);
  const after = { ...passkey, counter: counter.value, usedAt: now, version: passkey.version + 1 };
  const noted = await passkeys.replace(passkey, after);
  if (!noted.ok) return err(storeUnavailable(noted.error));
  // Used or removed at this very moment: its counter is not the one that was compared.
  return noted.value === 'replaced' ? ok(after) : refused('passkey-refused');
}

/**
 * The sign-on that the passkey stands for. Its session ends when a passkey would no longer begin one, or when the identity
 * provider wanted its own session to end: only another sign-on there renews what it said of the person (saml-profiles
 * section 4.1.4.3).
 */
export async function recallSignOn(
  person: PersonKey,
  now: Date,
  signOn: SignOnInForce,
  { passkeys }: Pick<LoginDeps, 'passkeys'>,
): Promise<Failed<SignedOn>> {
  const last = await passkeys.lastSignOn(person);
  if (!last.ok) return err(storeUnavailable(last.error));
  if (!last.value || !isOfGeneration(last.value, signOn)) return refused('sign-on-too-old');
  const { signedOn, at } = last.value;
  const latest = new Date(at.getTime() + signOn.passkeys.maxSignOnAgeSeconds * 1000);
  const endsBy = signedOn.endsBy !== undefined && signedOn.endsBy < latest ? signedOn.endsBy : latest;
  if (now >= endsBy) return refused('sign-on-too-old');
  return ok({ ...signedOn, authenticatedAt: now, methods: [...PASSKEY_METHODS], endsBy });
}
