// Uses the generated TypeScript client as its reader would, and prints a line of JSON for each call. The folder of the
// generated code is an argument, since it is made for the test.
const [URL = '', URL_WITHOUT_STS = '', TOKEN = '', GENERATED = ''] = process.argv.slice(2);
const { CallerApi, Configuration, CredentialsApi } = await import(GENERATED);

const configuration = (basePath: string, accessToken = TOKEN) => new Configuration({ basePath, accessToken });

async function show(name: string, call: () => Promise<object>): Promise<void> {
  const answer = await call().catch(async (error: unknown) => {
    if (!(error instanceof Error && 'response' in error && error.response instanceof Response)) throw error;
    const { status, code, requestId } = await error.response.json();
    return { status, code, requestId };
  });
  process.stdout.write(`${JSON.stringify({ call: name, ...answer })}\n`);
}

async function vend({ url = URL, token = TOKEN, ...request } = {}): Promise<object> {
  const credentialsRequest = { role: 'media-uploader', ...request };
  const given = await new CredentialsApi(configuration(url, token)).vendCredentials({ credentialsRequest });
  const { accessKeyId, accessKeySecret, securityToken, expiration } = given.credentials;
  return {
    accessKeyId,
    accessKeySecret,
    securityToken,
    expiration: expiration.toISOString().replace(/\.\d+Z$/, 'Z'),
    effect: given.policy.Statement[0]?.Effect,
  };
}

async function roles(): Promise<object> {
  const given = await new CallerApi(configuration(URL)).listRoles();
  return { roles: given.roles.map(({ role }: { readonly role: string }) => role) };
}

async function explain(): Promise<object> {
  const as = { provider: 'app-users', subject: 'bob', at: new Date('2026-03-01T12:00:00Z') };
  const explainRequest = { role: 'media-uploader', as };
  const given = await new CredentialsApi(configuration(URL)).explain({ explainRequest });
  const [reason] = given.reasons;
  return { decision: given.decision, reason: reason.kind, grant: reason.grant, test: reason.tests[0].test };
}

await show('vend', vend);
await show('roles', roles);
await show('explain', explain);
await show('no token', () => vend({ token: 'nothing' }));
await show('no such role', () => vend({ role: 'nobody' } as object));
await show('too long', () => vend({ durationSeconds: 43_200 } as object));
await show('outage', () => vend({ url: URL_WITHOUT_STS }));
