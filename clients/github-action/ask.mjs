// One request and its whole answer, within bounds of time and size.

const DEADLINE_MS = 20_000;
/** The command line has less than a million bytes. */
const MAX_BYTES = 2_000_000;

async function readWithin(body) {
  const pieces = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > MAX_BYTES) throw new Error('the answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function parseJson(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Follows no redirect: it could take the token to another host.
 *
 * @returns {Promise<{ status: number, headers: Headers, bytes: Buffer, json: unknown } | undefined>} undefined if there is no
 *   answer; `json` is undefined if it is not JSON.
 */
export async function ask(url, init = {}) {
  try {
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const bytes = await readWithin(answer.body);
    return { status: answer.status, headers: answer.headers, bytes, json: parseJson(bytes) };
  } catch {
    return undefined;
  }
}
