// The client of docs/bound-tokens.md works as it stands there.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { NOW, provider } from '../support/builders.ts';
import { documentBlocks } from '../support/document-blocks.ts';
import { seconds, token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const code = documentBlocks('docs/bound-tokens.md').find(({ language }) => language === 'js')?.text ?? '';

type Request = (url: string, init: RequestInit) => Response | Promise<Response>;
type Vend = (key: unknown, own: string, request: object) => Promise<Response>;
const Client = z.object({
  makeKey: z.custom<() => Promise<unknown>>((value) => typeof value === 'function'),
  signInNonce: z.custom<(key: unknown) => Promise<string>>((value) => typeof value === 'function'),
  vend: z.custom<Vend>((value) => typeof value === 'function'),
});

function client(send: Request) {
  const clock = { now: () => NOW.getTime() };
  const make = new Function('fetch', 'Date', `${code}\nreturn { makeKey, signInNonce, vend };`);
  return Client.parse(make(send, clock));
}

describe('the client of docs/bound-tokens.md', () => {
  it('signs in with a nonce that names its key, and gets credentials with the nonce of the server', async () => {
    const app = startVend();
    app.store.providers = [provider({ dpop: 'issuer-bound', dpopNonces: true })];
    const statuses: number[] = [];
    const { makeKey, signInNonce, vend } = client(async (url, init) => {
      const response = await app.app.request(url, init);
      statuses.push(response.status);
      return response;
    });
    const key = await makeKey();
    const own = token({ claims: { nonce: await signInNonce(key), exp: seconds(NOW) + 600 } });
    expect((await vend(key, own, { role: 'media-uploader' })).status).toBe(200);
    expect(statuses).toEqual([401, 200]);
    const other = await makeKey();
    expect((await vend(other, own, { role: 'media-uploader' })).status).toBe(401);
  });
});
