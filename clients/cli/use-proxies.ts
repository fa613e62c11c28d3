// Requests through the proxy that the environment names: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case. fetch of
// Node.js 20 and 22 ignores them, so undici's own takes its place, and is loaded only where there is a proxy.
import { err, ok, type Result } from '../../shared/kernel/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a proxy cannot reach: this machine. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

export const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'];

const variable = (env: Environment, name: string): string | undefined =>
  env[name.toLowerCase()] || env[name] || undefined;

const isProxyUrl = (text: string | undefined): boolean =>
  text === undefined || /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '');

/** Changes fetch of the whole process: for the program's start alone. An error is for the person who set the variables. */
export async function useProxies(env: Environment): Promise<Result<void, string>> {
  const [httpsProxy, httpProxy] = [variable(env, 'HTTPS_PROXY'), variable(env, 'HTTP_PROXY')];
  if (httpsProxy === undefined && httpProxy === undefined) return ok(undefined);
  if (!isProxyUrl(httpsProxy) || !isProxyUrl(httpProxy))
    return err('HTTPS_PROXY and HTTP_PROXY must be URLs of a proxy, such as http://proxy.example.com:3128');
  const { EnvHttpProxyAgent, install, setGlobalDispatcher } = await import('undici');
  const noProxy = [variable(env, 'NO_PROXY'), ...LOOPBACK].filter((entry) => entry !== undefined).join(',');
  install();
  setGlobalDispatcher(new EnvHttpProxyAgent({ noProxy }));
  return ok(undefined);
}
