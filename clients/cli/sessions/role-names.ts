// The names of the roles that `stint roles` listed last, for a shell to complete without a request. They are kept beside the
// sign-ins, since they say what the person may do. Without them nothing fails: every fault counts as no names.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { RoleId } from '../../../shared/kernel/names.ts';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { replacePrivateFile } from '../base/replace-file.ts';
import type { Terminal } from '../base/terminal.ts';
import { readIfThere } from './session-file.ts';
import { openStateFolder } from './state-folder.ts';

const FILE = 'roles.json';
/** A shell shows no more, and asks before it does. */
const MAX_NAMES = 1_000;

const RoleFile = z.object({ format: z.literal(1), roles: z.array(z.string()) });

function fileOf(env: Terminal['env']): string | undefined {
  const folder = openStateFolder(env);
  return folder.ok ? join(folder.value, FILE) : undefined;
}

/** The names go into a command line, and the deployment wrote them: only what can be the id of a role is one. */
const usable = (names: readonly string[]): readonly string[] =>
  names.filter((name) => RoleId.safeParse(name).success).slice(0, MAX_NAMES);

export function keepRoleNames(names: readonly string[], env: Terminal['env']): void {
  const file = fileOf(env);
  if (file === undefined) return;
  try {
    replacePrivateFile(file, `${JSON.stringify({ format: 1, roles: usable(names) })}\n`);
  } catch {
    // A disk that is full. The list was printed.
  }
}

export function keptRoleNames(env: Terminal['env']): readonly string[] {
  const file = fileOf(env);
  const text = file === undefined ? undefined : readIfThere(file);
  const content = text?.ok && text.value !== undefined ? readJson(RoleFile, text.value) : undefined;
  return usable(content?.roles ?? []);
}

export function forgetRoleNames(env: Terminal['env']): void {
  const file = fileOf(env);
  if (file === undefined) return;
  try {
    rmSync(file, { force: true });
  } catch {
    // No secret is left behind, and the sign-in ends all the same.
  }
}
