// The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere. Its library is loaded
// when it is needed, and is optional. A failure carries no detail, since the library's message may hold a secret.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { withinDeadline } from '../../../shared/kernel/within-deadline.ts';

const SERVICE = 'stint';
/** The person may have to unlock it first. */
const DEADLINE_MS = 60_000;
/** Without this, the library keeps secrets in the kernel's memory on Linux, where a restart of the machine ends a sign-in. */
const STORE = { linux: { store: 'secret-service' } } as const;

export interface Keychain {
  /** Undefined when the keychain holds nothing under that name. */
  read(account: string): Promise<Result<string | undefined, 'failed'>>;
  write(account: string, secret: string): Promise<Result<void, 'failed'>>;
  remove(account: string): Promise<Result<void, 'failed'>>;
}

async function attempt<T>(work: () => Promise<T>): Promise<Result<T, 'failed'>> {
  try {
    return ok(await withinDeadline(DEADLINE_MS, work, () => new Error('no answer')));
  } catch {
    return err('failed');
  }
}

/** Undefined where the system has no keychain or the library is not installed. */
export async function openKeychain(): Promise<Keychain | undefined> {
  const library = await import('@napi-rs/keyring').catch(() => undefined);
  if (!library) return undefined;
  const entry = (account: string) => new library.AsyncEntry(SERVICE, account, STORE);
  return {
    read: (account) =>
      attempt(async () => {
        const bytes = await entry(account).getSecret();
        return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
      }),
    write: (account, secret) => attempt(() => entry(account).setSecret(Buffer.from(secret))),
    remove: (account) => attempt(async () => void (await entry(account).deleteCredential())),
  };
}
