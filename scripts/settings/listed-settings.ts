// The environment variables of commands that no schema parses, for docs/settings.md. test/architecture/settings.test.ts
// compares the names with those that the code and s.yaml read.

export interface Setting {
  readonly name: string;
  /** The default as a reader would type it; undefined where there is none. */
  readonly standard?: string | undefined;
  readonly isRequired?: boolean;
  readonly meaning: string;
}

/** Of s.yaml, without the settings of the functions that it passes on, and of scripts/serverless-devs.ts. */
export const DEPLOY_SETTINGS: readonly Setting[] = [
  { name: 'STINT_ACCOUNT_ID', isRequired: true, meaning: 'The id of the Alibaba Cloud account.' },
  {
    name: 'STINT_DOMAIN',
    isRequired: true,
    meaning: 'The host name of the deployment, such as `vend.example.com`.',
  },
  { name: 'STINT_CERT_ID', isRequired: true, meaning: 'The id of the certificate of that host name.' },
  {
    name: 'STINT_CLOUDSSO_DOMAIN',
    meaning: 'Of `s.cloudsso.yaml`: the host name of `STINT_CLOUDSSO_URL`.',
  },
  {
    name: 'STINT_CLOUDSSO_CERT_ID',
    meaning: 'Of `s.cloudsso.yaml`: the id of the certificate of that host name.',
  },
  {
    name: 'STINT_LOG_PROJECT',
    standard: 'stint-logs',
    meaning: 'The project of Simple Log Service that takes the logs.',
  },
  { name: 'STINT_LOG_STORE', standard: 'vend', meaning: 'The Logstore of `vend` in that project.' },
  { name: 'STINT_LOGIN_LOG_STORE', standard: 'login', meaning: 'The Logstore of `login` in that project.' },
  { name: 'STINT_SWEEP_LOG_STORE', standard: 'sweep', meaning: 'The Logstore of `sweep` in that project.' },
  {
    name: 'STINT_SESSION_KEYS_FILE',
    standard: 'session-keys.json',
    meaning: 'The file that holds `STINT_SESSION_KEYS`, unless that variable is set.',
  },
  {
    name: 'STINT_SAML_KEYS_FILE',
    standard: 'saml-keys.json',
    meaning: 'The file that holds `STINT_SAML_KEYS`, unless that variable is set.',
  },
  {
    name: 'STINT_SIGN_ON_SECRETS_FILE',
    standard: 'sign-on-secrets.json',
    meaning: 'The file that holds `STINT_SIGN_ON_SECRETS`, unless that variable is set.',
  },
];

export const SIGN_IN_SETTINGS: readonly Setting[] = [
  {
    name: 'STINT_URL',
    meaning: 'The URL of the deployment; `--url` comes first. Unset: the deployment of the last sign-in.',
  },
  {
    name: 'STINT_TOKEN',
    meaning:
      'Secret. A token that proves the identity in place of a sign-in: docs/command-line.md#where-nobody-is-signed-in.',
  },
  {
    name: 'STINT_ID_TOKEN',
    meaning: 'Secret. The id token of a GitLab job, likewise.',
  },
  {
    name: 'STINT_AUDIENCE',
    meaning: 'The audience that GitHub is asked for. Unset: the URL of the deployment.',
  },
  {
    name: 'ACTIONS_ID_TOKEN_REQUEST_URL',
    meaning: 'Where a GitHub Actions job gets its id token; GitHub sets it.',
  },
  {
    name: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    meaning: 'Secret. With what; GitHub sets it.',
  },
  {
    name: 'ALIBABA_CLOUD_REGION_ID',
    meaning:
      'The region of the profile that `stint credentials --format aliyun` prints; `--region` comes first.',
  },
  {
    name: 'HTTPS_PROXY',
    meaning:
      'The proxy that requests to a deployment go through, as with `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.',
  },
  {
    name: 'XDG_STATE_HOME',
    standard: '~/.local/state',
    meaning: 'The folder below which a sign-in is kept: docs/command-line.md#where-a-sign-in-is-kept.',
  },
];

/** Of the SDKs of Alibaba Cloud, as `stint agent` prints them. */
export const AGENT_SETTINGS: readonly Setting[] = [
  {
    name: 'ALIBABA_CLOUD_CREDENTIALS_URI',
    meaning: 'Secret. Where the SDK asks for credentials: the agent.',
  },
  {
    name: 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED',
    meaning: '`true`: the SDK leaves the profiles of the aliyun CLI out, which come before the URI.',
  },
  {
    name: 'ALIBABA_CLOUD_ECS_METADATA_DISABLED',
    meaning: '`true`: the SDK leaves the role of the machine out, which comes before the URI.',
  },
  {
    name: 'ALIBABA_CLOUD_IGNORE_PROFILE',
    meaning: '`TRUE`: the aliyun CLI reads no profile; `stint exec` sets it.',
  },
  {
    name: 'ALIBABA_CLOUD_ROLE_ARN',
    meaning:
      'With `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE`: the role of a pod. To be unset, as are keys.',
  },
  { name: 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN', meaning: 'As above.' },
  { name: 'ALIBABA_CLOUD_OIDC_TOKEN_FILE', meaning: 'As above.' },
  { name: 'STINT_AGENT_PID', meaning: 'The process of the agent that `stint agent --export` has started.' },
];

export const START_SETTINGS: readonly Setting[] = [
  { name: 'PORT', standard: '9000', meaning: 'The port. Unset: 9000, or the next one that is free.' },
  {
    name: 'STINT_STATE_DIR',
    standard: '.stint',
    meaning: 'The folder with the state of the local cloud; `npm run local:token` reads it, too.',
  },
  {
    name: 'STINT_SIGN_ON_SECRETS',
    meaning: 'Secret. The client secrets of identity providers that you add: docs/sign-on.md#client-secrets.',
  },
];

export const TEST_SETTINGS: readonly Setting[] = [
  {
    name: 'STINT_BROWSER',
    meaning: 'The browser that the tests drive. Unset: the first Chromium, Chrome or Edge that is found.',
  },
  {
    name: 'STINT_REQUIRE_BROWSER',
    meaning:
      'Set: without a browser the tests of the portal fail. Unset: they are skipped, unless `CI` is set.',
  },
  {
    name: 'STINT_KEYCLOAK',
    meaning: 'The zip of Keycloak, or its unpacked folder. Unset: the zip in the local repository of Maven.',
  },
  {
    name: 'STINT_REQUIRE_IDP',
    meaning:
      'Set: without Keycloak, SimpleSAMLphp and LemonLDAP::NG their tests fail. Unset: they are skipped.',
  },
  {
    name: 'STINT_REQUIRE_KEYCHAIN',
    meaning: 'Set: without a keychain its tests fail. Unset: they are skipped.',
  },
  {
    name: 'STINT_OPENAPI_GENERATOR',
    meaning: 'The jar of OpenAPI Generator. Unset: the newest in the local repository of Maven.',
  },
  {
    name: 'STINT_PYTHON',
    standard: 'python3',
    meaning: 'The Python that runs the generated client and the stock clients.',
  },
  {
    name: 'STINT_REQUIRE_GENERATOR',
    meaning:
      'Set: without the generator and its tools the tests of generated clients fail, and those of stock clients without theirs. Unset: they are skipped.',
  },
];
