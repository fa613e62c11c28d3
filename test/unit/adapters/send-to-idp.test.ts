// Guarantees: a request to an identity provider follows no redirect, is bounded, and does not reach this machine.
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { sendToIdp } from '../../../shared/adapters/http/guarded-fetch.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { certificateAuthority } from '../../support/certificates.ts';
import { listenHere } from '../../support/loopback.ts';

async function serve(answer: RequestListener): Promise<number> {
  return (await listenHere(createServer(answer))).port;
}

const POST = { method: 'POST', headers: { 'x-asked': 'yes' }, body: 'a=1', privateNetwork: false } as const;
const send = (url: string) => sendToIdp(new URL(url), { ...POST, deadlineMs: 5_000 });

describe('a request to an identity provider', () => {
  it('is sent whole, and answered whole', async () => {
    const port = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.setHeader('x-kind', 'text').writeHead(201);
      response.end(`${request.method} ${request.headers['x-asked']} ${body}`);
    });
    const answer = await send(`http://127.0.0.1:${port}/token`);
    expect(answer).toEqual(ok(expect.objectContaining({ status: 201, body: 'POST yes a=1' })));
    expect(answer.ok && answer.value.headers['x-kind']).toBe('text');
  });

  it('follows no redirect', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject(ok({ status: 302 }));
  });

  it('takes no endless answer', async () => {
    const port = await serve((_, response) => void response.end('x'.repeat(300_000)));
    expect(await send(`http://127.0.0.1:${port}/`)).toEqual(err('no-answer'));
  });

  it.each(['[::ffff:127.0.0.1]', '[::]', '0.0.0.0'])('does not go to %s, which leads here', async (host) => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked += 1;
      response.end('{}');
    });
    expect(await send(`http://${host}:${port}/`)).toEqual(err('address-refused'));
    expect(asked).toBe(0);
  });

  it('tells a certificate that is not accepted, and a server without TLS, from one that is not there', async () => {
    const { pem, keys } = certificateAuthority('Company CA', { to: new Date('2049-01-01'), extensions: [] });
    const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const untrusted = await listenHere(
      createTlsServer({ cert: pem, key }, (_, response) => response.end('{}')),
    );
    const plain = await serve((_, response) => response.end('{}'));
    for (const port of [untrusted.port, plain])
      expect(await send(`https://127.0.0.1:${port}/`)).toEqual(err('tls'));
    expect(await send('http://127.0.0.1:1/')).toEqual(err('unreachable'));
  });

  it('ends at its deadline', async () => {
    const port = await serve(() => {});
    const request = { ...POST, deadlineMs: 1 };
    expect(await sendToIdp(new URL(`http://127.0.0.1:${port}/`), request)).toMatchObject({ ok: false });
  });
});
