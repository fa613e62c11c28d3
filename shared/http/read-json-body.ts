// A request's JSON body, parsed without ambiguity.
import type { HonoRequest } from 'hono';
import type { Failure } from '../kernel/failure.ts';
import { type JsonFault, parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { decodeUtf8, readBodyBytes } from './read-body.ts';

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

const malformed = (message: string) =>
  err({ code: 'invalid_request', reason: 'body-unreadable', fields: [{ field: 'body', message }] } as const);

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
  const bytes = await readBodyBytes(request);
  return bytes.ok ? parse(bytes.value) : bytes;
}

/** An empty body, which has no need of a type, is none: undefined. */
export async function readOptionalJsonBody(request: HonoRequest): Promise<Result<unknown, Failure>> {
  const type = request.header('content-type');
  if (type !== undefined && !isJson(type)) return notJson();
  const bytes = await readBodyBytes(request);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return ok(undefined);
  return type === undefined ? notJson() : parse(bytes.value);
}
