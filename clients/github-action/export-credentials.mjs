// Gives credentials, or the address of the agent that has them, to the later steps of the job.

import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setVariable } from './runner.mjs';

/** Those of `stint exec`: of the SDKs and aliyun; of Terraform's provider before 1.228; of the OSS SDKs v2 and ossutil 2. */
const KEY_VARIABLES = {
  accessKeyId: ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALICLOUD_ACCESS_KEY', 'OSS_ACCESS_KEY_ID'],
  accessKeySecret: ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALICLOUD_SECRET_KEY', 'OSS_ACCESS_KEY_SECRET'],
  securityToken: ['ALIBABA_CLOUD_SECURITY_TOKEN', 'ALICLOUD_SECURITY_TOKEN', 'OSS_SESSION_TOKEN'],
};
/** Profiles, and the role of a machine, give no other credentials. */
const SWITCHES = {
  ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
  ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE',
};
/** SDKs take these before the agent's URI. */
const BEFORE_URI = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'];
const PROFILE = 'stint';

const setVariables = (variables) => {
  for (const [name, value] of Object.entries(variables)) setVariable(name, value);
};

function readConfig(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error?.code === 'ENOENT') return {};
    return undefined;
  }
}

/** Keeps the other profiles. The file is replaced in one step, so that no reader sees half of it. */
function writeProfile(profile) {
  const folder = join(homedir(), '.aliyun');
  const file = join(folder, 'config.json');
  const config = readConfig(file);
  const profiles = config?.profiles ?? [];
  if (typeof config !== 'object' || config === null || !Array.isArray(profiles))
    return `${file} is not as aliyun writes it: correct or remove it`;
  const others = profiles.filter((other) => other?.name !== PROFILE);
  const text = JSON.stringify({ current: PROFILE, ...config, profiles: [...others, profile] }, undefined, 2);
  const next = `${file}.${randomUUID()}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
    chmodSync(next, 0o600);
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
  // For this job; other programs of the machine keep the profile that they use.
  setVariables({ ALIBABA_CLOUD_PROFILE: PROFILE });
  return undefined;
}

const profileOf = (region, parts) => ({
  name: PROFILE,
  ...parts,
  region_id: region,
  output_format: 'json',
  language: 'en',
});

/** @returns {string | undefined} why they cannot be exported. */
export function exportCredentials({ target, region }, vended) {
  const { accessKeyId, accessKeySecret, securityToken } = vended;
  if (target === 'aliyun')
    return writeProfile(
      profileOf(region, {
        mode: 'StsToken',
        access_key_id: accessKeyId,
        access_key_secret: accessKeySecret,
        sts_token: securityToken,
      }),
    );
  for (const [part, names] of Object.entries(KEY_VARIABLES))
    for (const name of names) setVariable(name, vended[part]);
  setVariables(SWITCHES);
  return undefined;
}

const AGENT_HOST = '127.0.0.1';
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/** SDKs of Python send even a request to this machine to the proxy of a runner, which would see the agent's secret. */
function askAgentDirectly(env) {
  if (PROXIES.every((name) => !env[name])) return;
  for (const [name, other] of [
    ['NO_PROXY', 'no_proxy'],
    ['no_proxy', 'NO_PROXY'],
  ]) {
    const list = env[name] || env[other] || '';
    if (list.split(/[\s,]+/).some((entry) => entry === '*' || entry === AGENT_HOST)) continue;
    setVariable(name, [list, AGENT_HOST].filter(Boolean).join(','));
  }
}

/** `uri`: of the agent, with its secret. @returns {string | undefined} why it cannot be exported. */
export function exportAgentUri({ target, region }, uri) {
  if (target === 'aliyun')
    return writeProfile(profileOf(region, { mode: 'CredentialsURI', credentials_uri: uri }));
  const [before] = BEFORE_URI.filter((name) => (process.env[name] ?? '') !== '');
  if (before !== undefined)
    return `${before} is set for the job, and SDKs would use it before the agent: remove it`;
  const { ALIBABA_CLOUD_IGNORE_PROFILE: _, ...switches } = SWITCHES;
  setVariables({ ALIBABA_CLOUD_CREDENTIALS_URI: uri, ...switches });
  askAgentDirectly(process.env);
  return undefined;
}
