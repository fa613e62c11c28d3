// Load through autocannon, over 50 connections unless told otherwise, as one instance gets at most.
import autocannon from 'autocannon';

const CONNECTIONS = 50;

/** A request as one wire has it. */
interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type RequestOf = (token: string) => WireRequest;

const VEND_BODY = JSON.stringify({ role: 'media-uploader' });

export const nativeRequest: RequestOf = (token) => ({
  path: '/v1/credentials',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  body: VEND_BODY,
});

/** As a token that fits into no header is sent. */
export const bodyRequest: RequestOf = (token) => ({
  path: '/v1/credentials',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ role: 'media-uploader', token }),
});

/** As the Go and Java libraries ask. */
export const stsRequest: RequestOf = (token) => ({
  path: '/?Action=AssumeRoleWithOIDC&Format=JSON&Timestamp=2026-11-30T13%3A56%3A49Z&Version=2015-04-01',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    DurationSeconds: '3600',
    OIDCProviderArn: 'acs:ram::1234567890123456:oidc-provider/stint',
    OIDCToken: token,
    RoleArn: 'media-uploader',
    RoleSessionName: 'bench',
  }).toString(),
});

type Extent = { readonly seconds: number } | { readonly requests: number };

interface Traffic {
  readonly url: string;
  readonly nextToken: () => string;
  readonly extent: Extent;
  readonly connections?: number;
  /** Default: POST /v1/credentials. */
  readonly requestOf?: RequestOf;
  /** Undefined: as many as the server answers. */
  readonly perSecond?: number;
}

interface Answered {
  readonly granted: number;
  readonly refused: number;
  readonly failed: number;
  /** Until the last answer. */
  readonly seconds: number;
  /** How long each answer took. */
  readonly millis: readonly number[];
}

/** Sends the requests, and counts the answers of each kind. */
export async function send({
  url,
  nextToken,
  extent,
  perSecond,
  connections = CONNECTIONS,
  requestOf = nativeRequest,
}: Traffic): Promise<Answered> {
  const startedAt = performance.now();
  const millis: number[] = [];
  // autocannon goes on until its next full second.
  let endedAt: number | undefined;
  const onAnswer = (took: number): void => {
    millis.push(took);
    endedAt = performance.now();
  };
  const result = await autocannon({
    url,
    connections,
    setupClient: (client) => client.on('response', (_status, _bytes, took) => onAnswer(took)),
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, ...requestOf(nextToken()) }),
      },
    ],
  });
  const seconds = ((endedAt ?? performance.now()) - startedAt) / 1000;
  return { granted: result['2xx'], refused: result.non2xx, failed: result.errors, seconds, millis };
}

/** Gives the tokens one after the other, again and again. */
export function inTurn(tokens: readonly string[]): () => string {
  let next = 0;
  return () => {
    next += 1;
    return tokens[next % tokens.length] ?? '';
  };
}

/** How often a run is tried that ends without a single answer, as it does where the machine has no time for it. */
const TRIES = 5;

/** The answers, all of one kind. Throws when one is of another kind, or when no try brings any. */
export async function expectAnswers<T extends Omit<Answered, 'millis'>>(
  kind: 'granted' | 'refused',
  run: () => Promise<T>,
  onEmpty: (text: string) => void,
): Promise<T> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const answered = await run();
    const { granted, refused, failed, seconds } = answered;
    const total = granted + refused + failed;
    if (answered[kind] !== total)
      throw new Error(
        `load: ${granted} granted, ${refused} refused, ${failed} failed; all should be ${kind}`,
      );
    if (total > 0) return answered;
    onEmpty(`No answer in ${seconds.toFixed(0)} s: try ${tries} of ${TRIES}.`);
  }
  throw new Error(`load: no answer in ${TRIES} tries`);
}
