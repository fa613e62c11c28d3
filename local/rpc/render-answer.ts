// Writes an answer as JSON or XML, with the request's id.

import type { ErrorSpec, RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

type AnswerValue = string | number | boolean | AnswerBody | readonly AnswerBody[] | readonly string[];

export interface AnswerBody {
  readonly [name: string]: AnswerValue;
}

export interface RpcAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type Format = 'json' | 'xml';

/** `Format` decides; without it V3 clients ask with `accept`, and V2's default is XML ("RPC mechanism"). */
export function formatOf({ parameters, headers }: Pick<RpcRequest, 'parameters' | 'headers'>): Format {
  const asked = parameters.get('Format') ?? headers.get('accept') ?? '';
  return asked.toLowerCase().includes('json') ? 'json' : 'xml';
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => XML_ESCAPES[c] ?? c);

const isList = (value: AnswerValue): value is readonly AnswerBody[] | readonly string[] =>
  Array.isArray(value);

/** A list is its elements one after the other, each under the list's name. */
function toXml(name: string, value: AnswerValue): string {
  if (isList(value)) return value.map((item) => toXml(name, item)).join('');
  const inner = typeof value === 'object' ? bodyToXml(value) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

const bodyToXml = (body: AnswerBody): string =>
  Object.entries(body)
    .map(([name, value]) => toXml(name, value))
    .join('');

function render(status: number, root: string, body: AnswerBody, format: Format): RpcAnswer {
  return format === 'json'
    ? { status, contentType: 'application/json;charset=utf-8', body: JSON.stringify(body) }
    : {
        status,
        contentType: 'text/xml;charset=utf-8',
        body: `<?xml version="1.0" encoding="UTF-8"?>${toXml(root, body)}`,
      };
}

/** The 200 answer of an action, with a request id. */
export function renderSuccess(
  action: string,
  body: AnswerBody,
  requestId: string,
  format: Format,
): RpcAnswer {
  return render(200, `${action}Response`, { ...body, RequestId: requestId }, format);
}

/** The answer to a refusal, as the API gateway and the services word it. */
export function renderError(
  { code, accessDenied }: RpcError<string>,
  { status, message }: ErrorSpec,
  requestId: string,
  host: string,
  format: Format,
): RpcAnswer {
  const body = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    ...(accessDenied === undefined ? {} : { AccessDeniedDetail: { ...accessDenied } }),
  };
  return render(status, 'Error', body, format);
}
