// Requests through the proxy that the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case.
// fetch of Node.js 20 and 22 ignores them, so undici's own takes its place, and is loaded only where there is a proxy.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a proxy cannot reach: this machine. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

const NAMES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'] as const;
type Name = (typeof NAMES)[number];

export const PROXY_VARIABLES: readonly string[] = NAMES.flatMap((name) => [name, name.toLowerCase()]);

const variable = (env: Environment, name: string): string | undefined =>
  env[name.toLowerCase()] || env[name] || undefined;

/** As curl and others take it, without a scheme. */
const HOST_AND_PORT = /^[^\s/:@]+:\d{1,5}\/?$/;

function readProxy(env: Environment, name: Name): Result<string | undefined, string> {
  const text = variable(env, name);
  if (text === undefined) return ok(undefined);
  const url = HOST_AND_PORT.test(text) ? `http://${text}` : text;
  return /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')
    ? ok(url)
    : err(`${name} must be the URL of an HTTP proxy, such as http://proxy.example.com:3128`);
}

/** Deployments are https: where that has a proxy of its own, the one for all is not read, and may be none of HTTP's. */
function chooseProxies(env: Environment): Result<readonly (string | undefined)[], string> {
  const [https, http] = [readProxy(env, 'HTTPS_PROXY'), readProxy(env, 'HTTP_PROXY')];
  if (!https.ok) return https;
  if (!http.ok) return http;
  const all = https.value === undefined ? readProxy(env, 'ALL_PROXY') : ok(undefined);
  return all.ok ? ok([https.value ?? all.value, http.value ?? all.value]) : all;
}

/** Changes fetch of the whole process: for the program's start alone. An error is for the person who set the variables. */
export async function useProxies(env: Environment): Promise<Result<void, string>> {
  const chosen = chooseProxies(env);
  if (!chosen.ok) return chosen;
  const [httpsProxy, httpProxy] = chosen.value;
  if (httpsProxy === undefined && httpProxy === undefined) return ok(undefined);
  const { EnvHttpProxyAgent, install, setGlobalDispatcher } = await import('undici');
  const noProxy = [variable(env, 'NO_PROXY'), ...LOOPBACK].filter((entry) => entry !== undefined).join(',');
  install();
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      noProxy,
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
    }),
  );
  return ok(undefined);
}
