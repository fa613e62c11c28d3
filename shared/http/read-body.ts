// A request's body as bytes, capped before it is read, and as text.
import type { HonoRequest } from 'hono';
import type { Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** A token of 20,000 characters, a policy of 2,048 bytes, and room for a proxy's formatting. */
const MAX_BODY_BYTES = 65_536;

const aborted = () =>
  err({
    code: 'invalid_request',
    reason: 'body-aborted',
    fields: [{ field: 'body', message: 'did not come whole' }],
  } as const);
const tooLarge = () => err({ code: 'too_large', reason: 'body-too-large' } as const);

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

/**
 * The whole body. Fails with `too_large` over 64 KB, and with `invalid_request` when the client closes the connection before the
 * end of the body: a fault of the request, not a bug.
 */
export async function readBodyBytes(request: HonoRequest): Promise<Result<Uint8Array, Failure>> {
  try {
    const bytes = await readWhole(request);
    return bytes ? ok(bytes) : tooLarge();
  } catch {
    return aborted();
  }
}

/** Undefined for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
