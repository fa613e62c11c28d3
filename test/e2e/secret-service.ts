// A real Secret Service with a keyring that can be thrown away, for as long as a command runs: GNOME Keyring on a message
// bus of its own, both as Debian packages them.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Ended } from './world.ts';

const COMMANDS = ['dbus-run-session', 'gnome-keyring-daemon'];
const isThere = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

/** What a machine lacks for this, or undefined. */
export const missingPackages: string | undefined = COMMANDS.every(isThere)
  ? undefined
  : 'apt-get install gnome-keyring dbus';

const START = {
  unlocked: "printf 'a password' | gnome-keyring-daemon --unlock --components=secrets",
  locked: 'gnome-keyring-daemon --start --components=secrets',
  absent: ':',
} as const;

export type KeyringState = keyof typeof START;

export interface SecretServiceHome {
  readonly path: string;
  /** Runs a shell's line in a session of its own; the keyring stays from one to the next. */
  run(line: string, state: KeyringState, env: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): void;
}

export function newSecretServiceHome(): SecretServiceHome {
  const home = mkdtempSync(join(tmpdir(), 'stint-keyring-'));
  return {
    path: home,
    async run(line, state, env) {
      const script = `${START[state]} >/dev/null 2>&1; ${line}`;
      const child = spawn('dbus-run-session', ['--', 'sh', '-c', script], {
        env: { HOME: home, XDG_RUNTIME_DIR: home, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
      const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { exitCode: await exitCode, out, errors };
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
