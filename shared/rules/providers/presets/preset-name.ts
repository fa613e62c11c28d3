// The vendors whose tokens Stint knows how to read.
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
