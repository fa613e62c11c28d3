// The code of docs/for-app-developers.md works as it stands there: it gets credentials, keeps them, and reports a
// refusal.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { NOW } from '../support/builders.ts';
import { documentBlocks } from '../support/document-blocks.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const code =
  documentBlocks('docs/for-app-developers.md').find(({ language }) => language === 'js')?.text ?? '';

type CredentialsFor = (role: string, getToken: () => Promise<string>) => Promise<unknown>;
const Code = z.custom<CredentialsFor>((value) => typeof value === 'function');

/** `requests` grows by one with each call of Stint. */
function run() {
  const { app } = startVend();
  const requests: string[] = [];
  const send = (url: string, init: RequestInit) => {
    requests.push(url);
    return app.request(url, init);
  };
  const clock = { now: () => NOW.getTime(), parse: Date.parse };
  const made: unknown = new Function('fetch', 'Date', `${code}\nreturn credentialsFor;`)(send, clock);
  return { credentialsFor: Code.parse(made), requests };
}

describe('the code of docs/for-app-developers.md', () => {
  it('gets credentials, and keeps them until they are to be renewed', async () => {
    const { credentialsFor, requests } = run();
    const first = await credentialsFor('media-uploader', async () => token());
    expect(first).toMatchObject({ accessKeyId: expect.stringMatching(/^STS\./) });
    expect(await credentialsFor('media-uploader', async () => token())).toBe(first);
    expect(requests).toEqual(['https://vend.example.com/v1/credentials']);
  });

  it('keeps them for their role alone', async () => {
    const { credentialsFor } = run();
    await credentialsFor('media-uploader', async () => token());
    await expect(credentialsFor('arms-reader', async () => token())).rejects.toThrow('access_denied');
  });

  it('reports the code of a refusal', async () => {
    const { credentialsFor } = run();
    await expect(credentialsFor('media-uploader', async () => 'none')).rejects.toThrow(
      'Stint refused: invalid_token, request ',
    );
  });
});
