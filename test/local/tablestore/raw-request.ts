// Requests made by hand, signed as the protocol says and not by the code under test.
import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { decodeFailure } from './sdk.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly code: string;
  readonly message: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly body?: Buffer;
  readonly secret?: string;
  /** Signed with the rest; undefined leaves the header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Replaced after signing. */
  readonly tampered?: Readonly<Record<string, string | undefined>>;
}

export const base64Hmac = (secret: string, text: string) =>
  createHmac('sha1', secret).update(text).digest('base64');
export const base64Md5 = (body: Buffer) => createHash('md5').update(body).digest('base64');

export function send(url: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { method = 'POST', path = '/ListTable', body = Buffer.alloc(0) } = options;
  const own = {
    'x-ots-apiversion': '2015-12-31',
    'x-ots-instancename': 'stint',
    'x-ots-contentmd5': base64Md5(body),
    'x-ots-date': new Date().toISOString(),
    'x-ots-accesskeyid': 'LTAI-writer',
    ...options.headers,
  };
  const present = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const lines = present.map(([name, value]) => `${name}:${value}\n`).sort();
  const signature = base64Hmac(options.secret ?? 'writer-secret', `${path}\n${method}\n\n${lines.join('')}`);
  const all = { ...Object.fromEntries(present), 'x-ots-signature': signature, ...options.tampered };
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return exchange(url + path, method, headers, body);
}

function exchange(
  url: string,
  method: string,
  headers: Record<string, string | undefined>,
  body: Buffer,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers: { ...headers, 'content-length': body.length } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const received = Buffer.concat(chunks);
          const status = incoming.statusCode ?? 0;
          const failure = status < 300 ? { code: '', message: '' } : decodeFailure(status, received);
          resolve({ ...failure, status, headers: incoming.headers, body: received });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
