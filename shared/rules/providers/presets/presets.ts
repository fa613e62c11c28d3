// The vendors whose tokens Stint knows how to read. Each preset is a file of its own beside this one.
import { ENTRA } from './entra.ts';
import { GITHUB_ACTIONS } from './github-actions.ts';
import { GITLAB } from './gitlab.ts';
import { GOOGLE } from './google.ts';
import { KEYCLOAK } from './keycloak.ts';
import { KUBERNETES } from './kubernetes.ts';
import { OKTA } from './okta.ts';
import type { Preset } from './preset.ts';

/** As an access document names them. */
export const PRESET_NAMES = [
  'github-actions',
  'gitlab',
  'kubernetes',
  'entra',
  'okta',
  'google',
  'keycloak',
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'github-actions': GITHUB_ACTIONS,
  gitlab: GITLAB,
  kubernetes: KUBERNETES,
  entra: ENTRA,
  okta: OKTA,
  google: GOOGLE,
  keycloak: KEYCLOAK,
};
