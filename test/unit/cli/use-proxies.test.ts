// Which variables lead another program past a proxy.
import { describe, expect, it } from 'vitest';
import { withoutProxyTo } from '../../../clients/cli/base/use-proxies.ts';

const HOST = '127.0.0.1';
const PROXY = { HTTP_PROXY: 'http://proxy.example:3128' };

describe('the variables that leave a host out of the proxy', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['there is no proxy', { NO_PROXY: 'corp.example' }, {}],
    ['there is no list', PROXY, { NO_PROXY: HOST, no_proxy: HOST }],
    ['the proxy is in lower case', { all_proxy: 'socks5://x' }, { NO_PROXY: HOST, no_proxy: HOST }],
    [
      'a list has others',
      { ...PROXY, NO_PROXY: 'corp.example, .internal' },
      { NO_PROXY: `corp.example, .internal,${HOST}`, no_proxy: `corp.example, .internal,${HOST}` },
    ],
    [
      'both lists are there and differ',
      { ...PROXY, NO_PROXY: 'a.example', no_proxy: `b.example ${HOST}` },
      { NO_PROXY: `a.example,${HOST}` },
    ],
    ['every host is left out', { ...PROXY, NO_PROXY: '*' }, {}],
    ['the host is left out', { ...PROXY, no_proxy: `corp.example,${HOST}` }, {}],
  ])('where %s', (_, env, expected) => {
    expect(withoutProxyTo([HOST], env)).toEqual(expected);
  });
});
