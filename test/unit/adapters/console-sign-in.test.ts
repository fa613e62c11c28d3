// Guarantees: credentials go to the console's endpoint in a body, and the link holds only the token.
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createConsoleSignIn } from '../../../shared/adapters/http/console-sign-in.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { answerJson, type Handler, startLoopback } from '../../support/loopback.ts';

const KEYS = {
  accessKeyId: 'STS.id',
  accessKeySecret: new Secret('secret&+='),
  securityToken: new Secret('token/+='),
};

async function ask(handler: Handler) {
  const server = await startLoopback(handler);
  const console = createConsoleSignIn({
    signinEndpoint: `${server.url}/federation`,
    consoleUrl: 'https://homenew.console.aliyun.com/',
    returnUrl: 'https://vend.example.com/portal',
  });
  return { server, link: await console.link(KEYS, undefined) };
}

describe('a console link', () => {
  it('is the sign-in address with the token, the destination and the way back', async () => {
    const { link, server } = await ask(answerJson({ RequestId: '1', SigninToken: 'a+b/c=&d' }));
    const url = new URL(link.ok ? link.value.reveal() : '');
    expect(`${url.origin}${url.pathname}`).toBe(`${server.url}/federation`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'Login',
      LoginUrl: 'https://vend.example.com/portal',
      Destination: 'https://homenew.console.aliyun.com/',
      SigninToken: 'a+b/c=&d',
    });
    expect(String(link.ok && link.value)).toBe('[secret]');
  });

  it('is asked for with the credentials in the body, and nothing of them in the address', async () => {
    const bodies: Promise<string>[] = [];
    const { server } = await ask((request, response) => {
      bodies.push(text(request));
      answerJson({ SigninToken: 'token' })(request, response);
    });
    expect(server.requests).toEqual(['POST /federation']);
    expect(Object.fromEntries(new URLSearchParams(await bodies[0]))).toEqual({
      Action: 'GetSigninToken',
      AccessKeyId: 'STS.id',
      AccessKeySecret: 'secret&+=',
      SecurityToken: 'token/+=',
      TicketType: 'mini',
    });
  });

  const tooLong = 'x'.repeat(20_000);
  it.each<[string, Handler, string]>([
    ['a refusal', answerJson({ Code: 'NoPermission' }, 403), 'console-refused'],
    ['an answer without a token', answerJson({ RequestId: '1' }), 'console-refused'],
    ['an empty token', answerJson({ SigninToken: '' }), 'console-refused'],
    ['an answer that is too long', answerJson({ SigninToken: tooLong }), 'console-refused'],
    ['an answer that is no JSON', (_, response) => response.end('<html>'), 'console-refused'],
    [
      'a redirect, which would take the credentials elsewhere',
      (request, response) =>
        request.url === '/federation'
          ? response.writeHead(307, { location: '/elsewhere' }).end()
          : answerJson({ SigninToken: 'token' })(request, response),
      'console-unreachable',
    ],
    ['a connection that breaks', (request) => request.destroy(), 'console-unreachable'],
  ])('does not come of %s', async (_, handler, reason) => {
    expect((await ask(handler)).link).toEqual({ ok: false, error: reason });
  });
});
