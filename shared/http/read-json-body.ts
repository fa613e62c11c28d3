// A request's JSON body, capped before it is read and parsed without ambiguity.
import type { HonoRequest } from 'hono';
import type { Failure } from '../kernel/failure.ts';
import { type JsonFault, parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** A token of 20,000 characters, a policy of 2,048 bytes, and room for a proxy's formatting. */
const MAX_BODY_BYTES = 65_536;

/**
 * RAM stores policies of up to 6,144 characters, and a token has room for hundreds of claims: neither comes near this.
 * A body with more values costs more to build than a good request costs, and its sender is not authenticated yet.
 */
const MAX_BODY_VALUES = 2_048;

const JSON_TYPE = /^application\/json(?:\s*;.*)?$/i;

const MESSAGES = {
  'not-json': 'is not JSON',
  'duplicate-member': 'names a member twice',
  'reserved-member': 'has a member named __proto__',
  'too-deep': 'is nested too deep',
  'too-many-values': 'holds too many values',
} as const satisfies Record<JsonFault, string>;

const aborted = () =>
  err({
    code: 'invalid_request',
    reason: 'body-aborted',
    fields: [{ field: 'body', message: 'did not come whole' }],
  } as const);
const tooLarge = () => err({ code: 'too_large', reason: 'body-too-large' } as const);
const malformed = (message: string) =>
  err({ code: 'invalid_request', reason: 'body-unreadable', fields: [{ field: 'body', message }] } as const);

/** Counts while reading, for a body without Content-Length. */
async function readCapped(body: ReadableStream<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** HTTP's parser lets no more than Content-Length through, so a body that declares a small one is read at once. */
async function readWhole(request: HonoRequest): Promise<Uint8Array | undefined> {
  const declared = request.header('content-length');
  if (declared === undefined) return request.raw.body ? readCapped(request.raw.body) : new Uint8Array();
  if (Number(declared) > MAX_BODY_BYTES) return undefined;
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.length > MAX_BODY_BYTES ? undefined : bytes;
}

/** A read fails when the client closes the connection before the end of the body: a fault of the request, not a bug. */
async function readBody(request: HonoRequest): Promise<Result<Uint8Array, Failure>> {
  try {
    const bytes = await readWhole(request);
    return bytes ? ok(bytes) : tooLarge();
  } catch {
    return aborted();
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const isJson = (type: string | undefined): boolean => JSON_TYPE.test(type ?? '');
const notJson = () => err({ code: 'unsupported_media_type', reason: 'media-type' } as const);

function parse(bytes: Uint8Array): Result<unknown, Failure> {
  const text = decodeUtf8(bytes);
  const parsed = text === undefined ? undefined : parseStrictJson(text, MAX_BODY_VALUES);
  if (!parsed) return malformed(MESSAGES['not-json']);
  return parsed.ok ? parsed : malformed(MESSAGES[parsed.error]);
}

/** The parsed body, not validated. Failures: `unsupported_media_type`, `too_large` (over 64 KB), `invalid_request`. */
export async function readJsonBody(request: HonoRequest): Promise<Result<unknown, Failure>> {
  if (!isJson(request.header('content-type'))) return notJson();
  const bytes = await readBody(request);
  return bytes.ok ? parse(bytes.value) : bytes;
}

/** An empty body, which has no need of a type, is none: undefined. */
export async function readOptionalJsonBody(request: HonoRequest): Promise<Result<unknown, Failure>> {
  const type = request.header('content-type');
  if (type !== undefined && !isJson(type)) return notJson();
  const bytes = await readBody(request);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok(undefined);
  return type === undefined ? notJson() : parse(bytes.value);
}
