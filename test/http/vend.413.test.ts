// A body of more than 64 KB is answered with 413, and is not read to its end.
import { describe, expect, it } from 'vitest';
import { AUDIENCE } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const LIMIT = 65_536;
const padded = (size: number): string => '{"role":"media-uploader"}'.padEnd(size);

function streamOf(chunks: number, size: number) {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > chunks) controller.close();
      else controller.enqueue(new Uint8Array(size).fill(0x20));
    },
  });
  return { body, sent: () => sent };
}

describe('POST /v1/credentials answers 413', () => {
  it.each(['/v1/credentials', '/v1/explain', '/v1/roles', '/v1/identity'])(
    'to one byte more than 64 KB, and so does %s',
    async (path) => {
      const app = startVend();
      const { status, body } = await app.send('POST', path, { body: padded(LIMIT + 1) });
      expect([status, body['code']]).toEqual([413, 'too_large']);
      expect(app.auditLog.events).toEqual([expect.objectContaining({ stage: 'request', code: 'too_large' })]);
    },
  );

  it('but not to 64 KB', async () => {
    expect((await startVend().send('POST', '/v1/credentials', { body: padded(LIMIT) })).status).toBe(200);
  });

  it('to a long Content-Length, reading nothing', async () => {
    const headers = { 'content-length': String(LIMIT + 1) };
    const answer = await startVend().send('POST', '/v1/credentials', { body: '{}', headers });
    expect(answer.status).toBe(413);
  });

  it('to a body without a length as soon as it is over the limit', async () => {
    const { body, sent } = streamOf(1_000, 1_024);
    const request = new Request(`${AUDIENCE}/v1/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    const app = startVend();
    const response = await app.app.request(request);
    expect(response.status).toBe(413);
    expect(sent()).toBeLessThan(100);
  });
});
