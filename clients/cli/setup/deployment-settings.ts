// The settings of one deployment: a file of variables that `stint setup` writes, and that npm run deploy passes to s.yaml.
// It holds no secret. What an operator adds to it stays.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { systemErrorCode } from '../base/system-error.ts';

/** The variables of s.yaml that are secret, and the file that holds the value of each unless <NAME>_FILE names another. */
export const SECRET_FILES: Readonly<Record<string, string>> = {
  STINT_SESSION_KEYS: 'session-keys.json',
  STINT_SAML_KEYS: 'saml-keys.json',
  STINT_SIGN_ON_SECRETS: 'sign-on-secrets.json',
};
/** A setting of the file or the environment, whose value may hold a token. */
export const TOKEN_HOLDER = 'STINT_TRACES_ENDPOINT';

/** Whether the value is kept out of everything that is printed. */
export const isSecretVariable = (name: string): boolean =>
  Object.hasOwn(SECRET_FILES, name) || name === TOKEN_HOLDER;

export type SettingValues = Readonly<Record<string, string>>;

const HEADER = `# The settings of this deployment: npm run deploy passes them to s.yaml. Made by stint setup, which changes the values
# that it knows and leaves the other lines alone. docs/settings.md lists what can be added. No secret belongs here.
`;

export interface SettingsFile {
  readonly text: string;
  readonly values: SettingValues;
}

/** Undefined: there is none. Fails, with the reason, where it cannot be read. */
export function readSettingsFile(path: string): Result<SettingsFile | undefined, string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(undefined);
    return err(error instanceof TypeError ? 'it is not UTF-8 text' : String(systemErrorCode(error)));
  }
  const values = Object.entries(parseEnv(text)).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return ok({ text, values: Object.fromEntries(values) });
}

const nameIn = (line: string): string | undefined =>
  /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];

/** The text with these values: in the lines that had others, or at the end. Everything else stays. */
export function withSettings(text: string | undefined, values: SettingValues): string {
  const open = new Map(Object.entries(values));
  const lines = (text ?? HEADER)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const name = nameIn(line);
      const value = name === undefined ? undefined : values[name];
      if (name === undefined || value === undefined) return line;
      open.delete(name);
      return `${name}=${value}`;
    });
  return `${[...lines, ...[...open].map(([name, value]) => `${name}=${value}`)].join('\n')}\n`;
}
