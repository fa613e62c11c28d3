// A body of another type than JSON is answered with 415.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

const body = { role: 'media-uploader' };

describe('POST /v1/credentials', () => {
  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json-seq',
    'x application/json',
  ])('answers 415 to a body of type %j', async (type) => {
    const app = startVend();
    const answer = await app.send('POST', '/v1/credentials', { body, headers: { 'content-type': type } });
    expect([answer.status, answer.body['code']]).toEqual([415, 'unsupported_media_type']);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'request', code: 'unsupported_media_type' }),
    ]);
  });

  it.each([
    ['/v1/explain', body],
    ['/v1/roles', {}],
    ['/v1/identity', {}],
    ['/v1/roles', ''],
  ])('is no exception: POST %s answers 415 too', async (path, sent) => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await startVend().send('POST', path, { body: sent, headers });
    expect([answer.status, answer.body['code']]).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'reads a body of type %j',
    async (type) => {
      const answer = await startVend().send('POST', '/v1/credentials', {
        body,
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(200);
    },
  );
});
