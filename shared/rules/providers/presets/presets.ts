// The vendors whose tokens Stint knows how to read. Each preset is a file of its own beside this one.
import { ALIYUN_IDAAS } from './aliyun-idaas.ts';
import { AUTH0 } from './auth0.ts';
import { AUTHING } from './authing.ts';
import { BITBUCKET } from './bitbucket.ts';
import { BUILDKITE } from './buildkite.ts';
import { CIRCLECI } from './circleci.ts';
import { COGNITO } from './cognito.ts';
import { ENTRA } from './entra.ts';
import { GITHUB_ACTIONS } from './github-actions.ts';
import { GITLAB } from './gitlab.ts';
import { GOOGLE } from './google.ts';
import { KEYCLOAK } from './keycloak.ts';
import { KUBERNETES } from './kubernetes.ts';
import { OKTA } from './okta.ts';
import type { Preset } from './preset.ts';
import { SPIFFE } from './spiffe.ts';
import { TERRAFORM_CLOUD } from './terraform-cloud.ts';
import { VERCEL } from './vercel.ts';

/** As an access document names them. */
export const PRESET_NAMES = [
  'github-actions',
  'gitlab',
  'kubernetes',
  'entra',
  'okta',
  'google',
  'keycloak',
  'auth0',
  'cognito',
  'buildkite',
  'circleci',
  'terraform-cloud',
  'bitbucket',
  'vercel',
  'spiffe',
  'authing',
  'aliyun-idaas',
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
  auth0: AUTH0,
  cognito: COGNITO,
  buildkite: BUILDKITE,
  circleci: CIRCLECI,
  'terraform-cloud': TERRAFORM_CLOUD,
  bitbucket: BITBUCKET,
  vercel: VERCEL,
  spiffe: SPIFFE,
  authing: AUTHING,
  'aliyun-idaas': ALIYUN_IDAAS,
};
