// How `stint setup` writes the settings of a deployment, which npm run deploy passes to s.yaml: what an operator adds to the file
// stays. And which settings are secret: the file has none of them.
import type { SettingValues } from '../base/deployment-file.ts';

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

const HEADER = `# The settings of this deployment: npm run deploy passes them to s.yaml. Made by stint setup, which changes the values
# that it knows and leaves the other lines alone. docs/settings.md lists what can be added. No secret belongs here.
`;

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
