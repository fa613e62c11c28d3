// Every path that the vend function does not have is answered with 404, with or without a proof.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

describe('the vend function answers 404', () => {
  it.each([
    ['GET', '/sts/x'],
    ['GET', '/v1'],
    ['POST', '/v1/credentials/'],
    ['POST', '/v1/Credentials'],
    ['POST', '//v1/credentials'],
    ['GET', '/v1/roles/media-uploader'],
    ['GET', '/invoke'],
    ['POST', '/invoke'],
    ['GET', '/constructor'],
    ['GET', '/v1/%2e%2e/healthz/'],
  ])('to %s %s, authenticated or not', async (method, path) => {
    const app = startVend();
    for (const sent of [{}, { token: null }]) {
      const { status, body } = await app.send(method, path, sent);
      expect([status, body['code']]).toEqual([404, 'not_found']);
    }
    expect([app.auditLog.events, app.keys.asked]).toEqual([[], []]);
  });
});
