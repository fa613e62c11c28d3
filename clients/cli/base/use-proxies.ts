// Sends requests through the proxy of the environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in upper or lower
// case. fetch of Node.js 20 and 22 ignores them, so undici's fetch takes its place. undici is loaded only for a proxy.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Terminal } from './terminal.ts';

type EnvVariables = Terminal['env'];

/** This machine, which no proxy can reach. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

const NAMES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'] as const;
type Name = (typeof NAMES)[number];

const PROXY_VARIABLES: readonly string[] = NAMES.flatMap((name) => [name, name.toLowerCase()]);

const variable = (env: EnvVariables, name: string): string | undefined =>
  env[name.toLowerCase()] || env[name] || undefined;

/** Without a scheme, as curl and other programs accept it. */
const HOST_AND_PORT = /^[^\s/:@]+:\d{1,5}\/?$/;

function readProxy(env: EnvVariables, name: Name): Result<string | undefined, string> {
  const text = variable(env, name);
  if (text === undefined) return ok(undefined);
  const url = HOST_AND_PORT.test(text) ? `http://${text}` : text;
  return /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')
    ? ok(url)
    : err(`${name} must be the URL of an HTTP proxy, such as http://proxy.example.com:3128`);
}

/**
 * The proxy for https and the one for http. Deployments are https, so ALL_PROXY is not read where HTTPS_PROXY is set: it may
 * name a proxy of another protocol than HTTP.
 */
function chooseProxies(env: EnvVariables): Result<readonly (string | undefined)[], string> {
  const [https, http] = [readProxy(env, 'HTTPS_PROXY'), readProxy(env, 'HTTP_PROXY')];
  if (!https.ok) return https;
  if (!http.ok) return http;
  const all = https.value === undefined ? readProxy(env, 'ALL_PROXY') : ok(undefined);
  return all.ok ? ok([https.value ?? all.value, http.value ?? all.value]) : all;
}

/** `*` leaves out every host, and loses that meaning in many programs once another entry is beside it. */
const leavesOut = (list: string, host: string): boolean =>
  list.split(/[\s,]+/).some((entry) => entry === '*' || entry === host);

/**
 * The variables by which another program asks these hosts directly: none where the environment has no proxy, or leaves them
 * out of it. requests of Python sends even 127.0.0.1 to a proxy. Programs differ in the case of the name that they read first.
 */
export function withoutProxyTo(
  hosts: readonly string[],
  env: EnvVariables,
): Readonly<Record<string, string>> {
  if (PROXY_VARIABLES.every((name) => !env[name])) return {};
  const lists = [
    ['NO_PROXY', env['NO_PROXY'] || env['no_proxy'] || ''],
    ['no_proxy', env['no_proxy'] || env['NO_PROXY'] || ''],
  ] as const;
  const extended = lists.flatMap(([name, list]) => {
    const missing = hosts.filter((host) => !leavesOut(list, host));
    return missing.length === 0 ? [] : [[name, [list, ...missing].filter(Boolean).join(',')] as const];
  });
  return Object.fromEntries(extended);
}

/** Changes fetch for the whole process, so only the program's start calls it. An error names the variable to correct. */
export async function useProxies(env: EnvVariables): Promise<Result<void, string>> {
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

/** Alibaba Cloud's SDKs open connections of their own. Every command that uses one says so. */
export function noteUnusedProxy({ env, note }: Pick<Terminal, 'env' | 'note'>): void {
  const proxy = PROXY_VARIABLES.find((name) => env[name]);
  if (proxy !== undefined)
    note(`${proxy} is not used for Tablestore and RAM: the command connects to them directly.`);
}
