// Against an attacker who controls an issuer's name or its DNS (SSRF): Stint connects only to public addresses, unless the
// provider's entry allows private ones.
import { get } from 'node:http';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fetchJson } from '../../shared/adapters/http/guarded-fetch.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';

const here = { address: '127.0.0.1', family: 4 };
const publicHost = { address: '1.1.1.1', family: 4 };
const metadata = { address: '100.100.100.200', family: 4 };

/** A name server that gives these answers, one a question; the last for ever. */
function names(...answers: readonly (readonly (typeof here)[])[]) {
  const asked: string[] = [];
  return {
    asked,
    resolve: (hostname: string, done: (error: null, addresses: readonly (typeof here)[]) => void) => {
      asked.push(hostname);
      done(null, answers[Math.min(asked.length, answers.length) - 1] ?? []);
    },
  };
}

async function start() {
  const server = await startLoopback(answerJson({ secret: 'of this machine' }));
  return { server, port: new URL(server.url).port };
}

describe('a name of the internet', () => {
  /**
   * @attack Issuer's name that leads inside (SSRF)
   * @removed the guard of the lookup
   * @failed 11 of 31: cannot lead to this machine: `expected [ { ok: true, …(1) }, [ 'GET /keys' ] ] to
   *   deeply equal [ { ok: false, …(1) }, [] ]`
   *
   * @attack Issuer's name that leads inside (SSRF), with a public address beside it
   * @removed the demand on all addresses (made any)
   * @failed 2 of 31: cannot lead to a public host first and this machine second: `expected [ { ok: true, …(1)
   *   }, [ 'GET /keys' ] ] to deeply equal [ { ok: false, …(1) }, [] ]`
   */
  it.each([
    ['this machine', [here], false],
    ['this machine, for an issuer of the private network', [here], true],
    ['this machine over IPv6', [{ address: '::1', family: 6 }], false],
    ['this machine as mapped IPv4', [{ address: '::ffff:127.0.0.1', family: 6 }], false],
    ['every interface', [{ address: '0.0.0.0', family: 4 }], true],
    ['a public host first and this machine second', [publicHost, here], false],
    ['this machine first and a public host second', [here, publicHost], false],
    ['the metadata service', [metadata], false],
    ['the metadata service, for an issuer of the private network', [metadata], true],
  ])('cannot lead to %s', async (_, answer, privateNetwork) => {
    const { server, port } = await start();
    const { resolve } = names(answer);
    const fetched = await fetchJson(new URL(`http://issuer.example:${port}/keys`), {
      resolve,
      privateNetwork,
    });
    expect([fetched, server.requests]).toEqual([{ ok: false, error: 'address-refused' }, []]);
  });

  /**
   * @attack Issuer's name that leads inside (SSRF), over a pooled connection
   * @removed the agent of its own
   * @failed 1 of 31: cannot ride on a connection that somebody else has opened: `expected [ true, [ 'GET
   *   /own', 'GET /keys' ] ] to deeply equal [ false, [ 'GET /own' ] ]`
   */
  it('cannot ride on a connection that somebody else has opened to its host', async () => {
    const { server, port } = await start();
    const anywhere: LookupFunction = (_, options, done) =>
      options.all ? done(null, [here]) : done(null, here.address, here.family);
    await new Promise((resolve, reject) => {
      const opened = get(`http://issuer.example:${port}/own`, { lookup: anywhere }, (response) =>
        response.resume().on('end', resolve),
      );
      opened.on('error', reject);
    });
    const { resolve } = names([here]);
    const fetched = await fetchJson(new URL(`http://issuer.example:${port}/keys`), { resolve });
    expect([fetched.ok, server.requests]).toEqual([false, ['GET /own']]);
  });
});

describe('a name of this machine', () => {
  /**
   * @attack `localhost` that leads elsewhere
   * @removed the reach of this machine's names
   * @failed 2 of 31: cannot lead elsewhere: `expected [ { ok: false, …(1) }, [] ] to deeply equal [ { ok:
   *   false, …(1) }, [] ]`
   * @note the address is then refused by the rule for the internet, unless it is public
   */
  it('cannot lead elsewhere', async () => {
    const { server, port } = await start();
    const { resolve } = names([publicHost]);
    const fetched = await fetchJson(new URL(`http://localhost:${port}/keys`), { resolve });
    expect([fetched, server.requests]).toEqual([{ ok: false, error: 'address-refused' }, []]);
  });

  it('is looked up once, and what was checked is connected to: a second answer (rebinding) is never asked for', async () => {
    const { server, port } = await start();
    const { resolve, asked } = names([here], [metadata]);
    const fetched = await fetchJson(new URL(`http://localhost:${port}/keys`), { resolve });
    expect([fetched.ok, server.requests, asked]).toEqual([true, ['GET /keys'], ['localhost']]);
  });
});

describe('an address in place of a name', () => {
  /**
   * @attack Issuer's name that leads inside (SSRF), as an address in place of a name
   * @removed the check of literal addresses
   * @failed 19 of 31: is refused before anything is sent: http://169.254.169.254/latest
   */
  it.each([
    'http://169.254.169.254/latest',
    'http://100.100.100.200/latest',
    'http://[::ffff:100.100.100.200]/latest',
    'http://[fd00:ec2::254]/latest',
    'http://0xa9fea9fe/latest',
    'http://2852039166/latest',
    'http://0251.0376.0251.0376/latest',
    'https://127.0.0.2/keys',
    'https://0.0.0.0/keys',
    'https://[::]/keys',
    'https://[::ffff:127.0.0.1]/keys',
    'https://[64:ff9b::a00:1]/keys',
    'https://[fe80::1]/keys',
    'https://224.0.0.1/keys',
  ])('is refused before anything is sent: %s', async (url) => {
    const refused = { ok: false, error: 'address-refused' };
    expect(await fetchJson(new URL(url), { privateNetwork: true })).toEqual(refused);
  });

  it.each([
    'https://10.0.0.1/keys',
    'https://192.168.1.1/keys',
    'https://100.64.0.1/keys',
    'https://[fd12::1]/keys',
  ])('of a private network is refused unless the provider says so: %s', async (url) =>
    expect(await fetchJson(new URL(url))).toEqual({ ok: false, error: 'address-refused' }),
  );

  it('that means this machine is refused under another spelling than the ones that configuration takes', async () => {
    const { server, port } = await start();
    const fetched = await fetchJson(new URL(`http://0.0.0.0:${port}/keys`));
    expect([fetched.ok, server.requests]).toEqual([false, []]);
  });
});
