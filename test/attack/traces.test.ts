// Traces tell an operator of a request, and a caller can neither get more of them sent nor have anything of its own told in them.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createOtlpTracer } from '../../shared/adapters/open-telemetry.ts';
import { listenHere } from '../support/loopback.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';
import { startVend } from '../support/vend-app.ts';

const Attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const Span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(Attribute),
});
const Export = z.object({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(Span) })) })),
});

/** A receiver of OTLP/HTTP that keeps what it gets. */
let received: string[] = [];
const receiver = createServer(async (request, response) => {
  received.push(await text(request));
  response.setHeader('content-type', 'application/json').end('{}');
});
const endpoint = `${(await listenHere(receiver, afterAll)).url}/v1/traces`;
beforeEach(() => {
  received = [];
});

const spans = () =>
  received.flatMap((body) =>
    Export.parse(JSON.parse(body)).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
const requests = () => spans().filter(({ name }) => name === 'credentials');

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const headers = (flags = '01') => ({ headers: { traceparent: `00-${TRACE}-${CALLER}-${flags}` } });

function start(receivesAt = endpoint) {
  const tracer = createOtlpTracer({ endpoint: receivesAt, functionName: 'vend' });
  return { tracer, app: startVend({ tracer }) };
}

describe('a trace of a vend', () => {
  it('is the caller’s, has a span for each part, and leads to the audit row by the request id', async () => {
    const { app, tracer } = start();
    const { body } = await app.vend({}, headers());
    await tracer.flush();
    const [request] = requests();
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
    const parts = spans().filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(parts.map(({ name }) => name)).toEqual(['authenticate', 'decide', 'assume', 'audit']);
    const values = Object.fromEntries(
      (request?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    );
    expect(values).toMatchObject({
      'stint.request_id': body['requestId'],
      'stint.role': 'media-uploader',
      'http.response.status_code': 200,
    });
    expect(app.auditLog.events[0]?.requestId).toBe(body['requestId']);
  });

  it('begins here where the caller names none, or none that can be read', async () => {
    const { app, tracer } = start();
    await app.vend({}, { headers: { traceparent: `00-${TRACE.toUpperCase()}-${CALLER}-01` } });
    await tracer.flush();
    expect(requests()[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(requests()[0]?.traceId).not.toBe(TRACE);
    expect(requests()[0]?.parentSpanId ?? '').toBe('');
  });

  it('is left out where the caller does not record its own', async () => {
    const { app, tracer } = start();
    await app.vend({}, headers('00'));
    await tracer.flush();
    expect(received).toEqual([]);
  });

  it('costs no request anything where the receiver is down', async () => {
    const { app } = start('http://127.0.0.1:9/v1/traces');
    expect((await app.vend({}, headers())).status).toBe(200);
  });

  it('ends no process where the receiver refuses what is sent last', async () => {
    const { url } = await listenHere(
      createServer((_, response) => response.writeHead(400).end()),
      afterAll,
    );
    const { app, tracer } = start(url);
    await app.vend({}, headers());
    await expect(tracer.flush()).resolves.toBeUndefined();
  });
});

/**
 * @attack Thousands of requests marked as sampled, each of which has a trace sent and paid for
 * @removed the limit of ten traces a second
 * @failed 1 of 6: a caller that marks every request as sampled gets ten traces a second: `expected [ …(126) ] to have a length of
 *   10 but got 128`
 */
it('a caller that marks every request as sampled gets ten traces a second', async () => {
  const { app, tracer } = start();
  for (let request = 0; request < 200; request += 1) await app.vend({}, headers());
  await tracer.flush();
  expect(requests()).toHaveLength(10);
});

/**
 * @attack A flood of requests that prove nothing, after which no request of a caller has a trace
 * @removed the share of their own that requests without a known caller have
 * @failed 1 of 7: a flood of strangers leaves the callers their traces: `expected [ …(10) ] to have a length
 *   of 3 but got 10`
 */
it('a flood of strangers leaves the callers their traces', async () => {
  const { app, tracer } = start();
  for (let request = 0; request < 20; request += 1)
    await app.vend({}, { ...headers(), token: 'not-a-token' });
  await app.vend({}, headers());
  await tracer.flush();
  const providers = requests().flatMap(({ attributes }) =>
    attributes.filter(({ key }) => key === 'stint.provider'),
  );
  expect(requests()).toHaveLength(3);
  expect(providers).toHaveLength(1);
});

/**
 * @attack Traces that tell another company's service who the callers are, or what they sent
 * @removed the rule that a trace has no subject
 * @failed 1 of 6: a trace holds no subject, address, token, key or text of the caller: `expected [ …(11) ] to deeply equal
 *   [ …(10) ]`
 */
it('a trace holds no subject, address, token, key or text of the caller', async () => {
  const { app, tracer } = start();
  await app.vend({}, headers());
  await app.vend({ role: 'a-name-that-the-caller-made-up' }, headers());
  await app.vend({}, { ...headers(), token: 'not-a-token-but-a-text-of-the-caller' });
  await tracer.flush();
  expect(requests()).toHaveLength(3);
  const names = new Set(requests().flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  expect([...names].sort()).toEqual([
    'http.response.status_code',
    'stint.action',
    'stint.code',
    'stint.grant',
    'stint.provider',
    'stint.reason',
    'stint.request_id',
    'stint.reused',
    'stint.revision',
    'stint.role',
    'stint.stage',
  ]);
  const { accessKeyId, sessionName } = app.auditLog.events[0] ?? {};
  for (const never of ['alice', 'made-up', 'not-a-token', String(accessKeyId), String(sessionName)])
    expect(received.join()).not.toContain(never);
  app.checkLeaks({ status: 403, text: received.join() }, null);
});

/** Login and vend, each with a tracer of its own. */
async function startBoth() {
  const ofLogin = createOtlpTracer({ endpoint, functionName: 'login' });
  const ofVend = createOtlpTracer({ endpoint, functionName: 'vend' });
  const { portal } = await startPortalAndVend({}, { tracer: () => ofLogin }, { tracer: ofVend });
  const flush = async () => {
    await ofLogin.flush();
    await ofVend.flush();
  };
  const take = (flags = '01') =>
    portal.post(
      '/portal/credentials',
      { role: 'media-uploader' },
      { ...headers(flags).headers, ...SAME_SITE },
    );
  return { portal, flush, take };
}
const SAME_SITE = { origin: 'https://vend.example.com', 'sec-fetch-site': 'same-origin' };
const TAKEN = 'POST /portal/credentials';
const named = (wanted: string) => spans().filter(({ name }) => name === wanted);

describe('a trace of login', () => {
  it('is the caller’s, and holds what vend does for it', async () => {
    const { take, flush } = await startBoth();
    expect((await take()).status).toBe(200);
    await flush();
    const [request] = named(TAKEN);
    expect(request).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
    const parts = spans().filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(new Set(parts.map(({ name }) => name))).toEqual(new Set(['vend', 'credentials']));
    expect(requests()).toMatchObject([{ traceId: TRACE }]);
  });

  it('is left out with what vend does for it where the caller does not record its own', async () => {
    const { take, flush } = await startBoth();
    expect((await take('00')).status).toBe(200);
    await flush();
    expect(received).toEqual([]);
  });

  /**
   * @attack A flood of strangers at login, after which no request of a person who is signed in has a trace
   * @removed the share of their own that requests without a known caller have
   * @failed 1 of 12: is sent for people who are signed in, whatever strangers send: `expected [ 10, +0 ] to deeply
   *   equal [ 2, 1 ]`
   */
  it('is sent for people who are signed in, whatever strangers send', async () => {
    const { portal, take, flush } = await startBoth();
    for (let request = 0; request < 20; request += 1)
      await portal.get('/login/start/corporate', '', headers().headers);
    await take();
    await flush();
    expect([named('GET /login/start/:connection').length, named(TAKEN).length]).toEqual([2, 1]);
  });

  /**
   * @attack Traces that tell another company's service who signs in, and what they look for
   * @removed the name of a span by the pattern of its route
   * @failed 2 of 12: holds no subject, address, token, key or text of the caller: `expected
   *   '{"resourceSpans":[{"resource":{"attri…' not to contain 'made-up'`
   */
  it('holds no subject, address, token, key or text of the caller', async () => {
    const { portal, take, flush } = await startBoth();
    await take();
    await portal.get('/portal?q=looked-for', undefined, headers().headers);
    await portal.get('/login/start/made-up', '', headers().headers);
    await portal.get('/made-up', '', headers().headers);
    await flush();
    const names = new Set(spans().flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    for (const own of ['stint.connection', 'stint.action', 'stint.reason']) expect(names).toContain(own);
    const { cookie, session } = portal.alice;
    for (const never of ['alice', 'made-up', 'looked-for', cookie, session.id, session.formToken])
      expect(received.join()).not.toContain(never);
  });
});
