// Opens a URL in the person's browser: with the system's own program, without a shell, and the URL as one argument.
import { spawn } from 'node:child_process';
import type { Terminal } from '../base/terminal.ts';

type Command = readonly [string, ...string[]];

const COMMANDS: Readonly<Partial<Record<NodeJS.Platform, Command>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

export const browserCommand = (platform: NodeJS.Platform): Command => COMMANDS[platform] ?? ['xdg-open'];

/** Why no browser would open in front of the person, or undefined. */
export function whyNoBrowser(
  env: Terminal['env'],
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (env['SSH_CONNECTION']) return 'you are here over SSH';
  if (COMMANDS[platform] !== undefined) return undefined;
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? undefined : 'this machine has no display';
}

/** Calls `onFailure` when the system's program cannot start or reports a failure. */
export function openInBrowser(url: URL, env: Terminal['env'], onFailure: () => void): void {
  const [command, ...args] = browserCommand(process.platform);
  const child = spawn(command, [...args, url.href], { env, stdio: 'ignore', detached: true });
  child.once('error', onFailure);
  child.once('exit', (code) => {
    if (code !== 0) onFailure();
  });
  child.unref();
}
