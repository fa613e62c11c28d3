// Every preset by the name that a document uses.
import { ENTRA } from './entra.ts';
import { GITHUB_ACTIONS } from './github-actions.ts';
import { GITLAB } from './gitlab.ts';
import { GOOGLE } from './google.ts';
import { KEYCLOAK } from './keycloak.ts';
import { KUBERNETES } from './kubernetes.ts';
import { OKTA } from './okta.ts';
import type { Preset } from './preset.ts';
import type { PresetName } from './preset-name.ts';

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'github-actions': GITHUB_ACTIONS,
  gitlab: GITLAB,
  kubernetes: KUBERNETES,
  entra: ENTRA,
  okta: OKTA,
  google: GOOGLE,
  keycloak: KEYCLOAK,
};
