// Guarantees: a caller's proof is sent to the configured STS once, within limits of time and number.
import { describe, expect, it } from 'vitest';
import {
  type CallerIdentityOptions,
  createCallerIdentities,
} from '../../../shared/adapters/alibaba-cloud/sts-caller-identity.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { parseCallerProof } from '../../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import { AUDIENCE } from '../../support/builders.ts';
import { callerProof } from '../../support/caller-proofs.ts';
import { answerJson, type Handler, startLoopback } from '../../support/loopback.ts';

const PATIENT_MS = 10_000;
const AT_ONCE_MS = 1;

function someProof() {
  const proof = parseCallerProof(new Secret(callerProof()));
  if (!proof) throw new Error('no proof');
  return proof;
}

async function askAt(handler: Handler, options: Partial<CallerIdentityOptions> = {}) {
  const server = await startLoopback(handler);
  const callers = createCallerIdentities({ endpoint: server.url, deadlineMs: PATIENT_MS, ...options });
  const answer = await callers.whoSigned(someProof(), AUDIENCE);
  return { answer: answer.ok ? { answer: answer.value } : answer.error, requests: server.requests };
}

const unusable = (cause: string) => ({ kind: 'unusable', cause });
const unavailable = (cause: string) => ({ kind: 'unavailable', cause });
const throttled = (cause: string) => ({ kind: 'throttled', cause });

/** Sends pieces for as long as anybody listens. */
const endless: Handler = (_, response) => {
  response.writeHead(200);
  const more = (): void => {
    if (!response.destroyed) response.write(' '.repeat(65_536), () => setImmediate(more));
  };
  more();
};

describe('STS is asked who signed', () => {
  it('and its answer comes back as it is', async () => {
    const { answer, requests } = await askAt(answerJson({ IdentityType: 'RAMUser' }));
    expect(answer).toEqual({ answer: { IdentityType: 'RAMUser' } });
    expect(requests).toEqual(['POST /?StintAudience=https%3A%2F%2Fvend.example.com']);
  });

  it.each<[string, Handler, object]>([
    [
      'a redirect, with which STS throttles',
      (_, r) => r.writeHead(302, { location: '/x' }).end(),
      throttled('status-302'),
    ],
    ['another redirect', (_, r) => r.writeHead(307, { location: '/x' }).end('{}'), unusable('status-307')],
    ['a redirect for good', (_, r) => r.writeHead(301, { location: '/x' }).end('{}'), unusable('status-301')],
    ['another success', answerJson({}, 201), unusable('status-201')],
    ['a page', (_, r) => r.end('<html>Arn</html>'), unusable('answer-not-json')],
    ['nothing', (_, r) => r.end(), unusable('answer-not-json')],
    ['XML', (_, r) => r.end('<?xml version="1.0"?><Arn>acs:ram::1:root</Arn>'), unusable('answer-not-json')],
    ['text behind the JSON', (_, r) => r.end('{"IdentityType":"RAMUser"}x'), unusable('answer-not-json')],
    ['a member twice', (_, r) => r.end('{"Arn":"a","Arn":"b"}'), unusable('answer-not-json')],
    ['10 MB', (_, r) => r.end(Buffer.alloc(10_000_000, 0x20)), unusable('answer-too-large')],
    ['a body without an end', endless, unusable('answer-too-large')],
    [
      '10 MB of error',
      (_, r) => r.writeHead(403).end(Buffer.alloc(10_000_000, 0x20)),
      unusable('status-403'),
    ],
    ['a page of error', (_, r) => r.writeHead(403).end('<html>'), unusable('status-403')],
    ['an error without a code', answerJson({ Message: 'no' }, 400), unusable('status-400')],
    ['an error whose code is text', answerJson({ Code: 'see <a href>' }, 400), unusable('status-400')],
    [
      'an error about the action',
      answerJson({ Code: 'InvalidAction.NotFound' }, 404),
      unusable('InvalidAction.NotFound'),
    ],
    [
      'a wrong signature',
      answerJson({ Code: 'SignatureDoesNotMatch' }, 400),
      { kind: 'refused', cause: 'SignatureDoesNotMatch' },
    ],
    [
      'a used nonce',
      answerJson({ Code: 'SignatureNonceUsed' }, 400),
      { kind: 'refused', cause: 'SignatureNonceUsed' },
    ],
    [
      'an unknown key',
      answerJson({ Code: 'InvalidAccessKeyId.NotFound' }, 404),
      { kind: 'refused', cause: 'InvalidAccessKeyId.NotFound' },
    ],
    ['throttling', answerJson({ Code: 'Throttling.User' }, 400), throttled('Throttling.User')],
    ['too many requests', answerJson({}, 429), throttled('status-429')],
    ['an outage', answerJson({ Code: 'InternalError' }, 500), unavailable('InternalError')],
    ['an outage of what stands before it', (_, r) => r.writeHead(503).end('<html>'), unavailable('unknown')],
    ['a closed connection', (request) => request.socket.destroy(), unavailable('unreachable')],
    [
      'a cut body',
      (_, r) => r.writeHead(200, { 'content-length': '9' }).write('{', () => r.destroy()),
      unavailable('unreachable'),
    ],
  ])('at %s is not asked again, and nobody else is', async (_, handler, outcome) => {
    const { answer, requests } = await askAt(handler);
    expect(answer).toEqual(outcome);
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Handler]>([
    ['accepts and says nothing', () => undefined],
    ['sends headers and no body', (_, response) => response.writeHead(200).flushHeaders()],
  ])('and when it %s, for no longer than the deadline', async (_, handler) => {
    expect((await askAt(handler, { deadlineMs: AT_ONCE_MS })).answer).toEqual(unavailable('deadline'));
  });

  it('and nobody listens', async () => {
    const callers = createCallerIdentities({ endpoint: 'http://127.0.0.1:1' });
    expect(await callers.whoSigned(someProof(), AUDIENCE)).toEqual({
      ok: false,
      error: unavailable('unreachable'),
    });
  });

  /**
   * @attack Flood of made-up proofs
   * @removed the limit of open questions
   * @failed 1 of 30: by so many callers at a time and no more: `expected { ok: false, error: { …(2) } } to
   *   deeply equal { ok: false, error: { …(2) } }`
   * @note an address that proves nothing is limited as well
   */
  it('by so many callers at a time and no more', async () => {
    const waiting: (() => void)[] = [];
    const server = await startLoopback((_, response) => waiting.push(() => response.end('{}')));
    const callers = createCallerIdentities({ endpoint: server.url, deadlineMs: PATIENT_MS, maxInFlight: 2 });
    const first = [callers.whoSigned(someProof(), AUDIENCE), callers.whoSigned(someProof(), AUDIENCE)];
    expect(await callers.whoSigned(someProof(), AUDIENCE)).toEqual({
      ok: false,
      error: throttled('too-many-in-flight'),
    });
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of waiting) answer();
    expect((await Promise.all(first)).every(({ ok }) => ok)).toBe(true);
    server.handler = answerJson({});
    expect((await callers.whoSigned(someProof(), AUDIENCE)).ok).toBe(true);
  });
});
