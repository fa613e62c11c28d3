// A keychain that remembers, for tests.
import type { Keychain } from '../../clients/cli/base/keychain.ts';
import { err, ok } from '../../shared/kernel/result.ts';

export class MemoryKeychain implements Keychain {
  readonly held = new Map<string, string>();
  isLocked = false;

  async read(account: string) {
    return this.isLocked ? err('failed' as const) : ok(this.held.get(account));
  }
  async write(account: string, secret: string) {
    if (this.isLocked) return err('failed' as const);
    this.held.set(account, secret);
    return ok(undefined);
  }
  async remove(account: string) {
    if (this.isLocked) return err('failed' as const);
    this.held.delete(account);
    return ok(undefined);
  }
}
