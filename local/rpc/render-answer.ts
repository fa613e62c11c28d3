// Writes an answer as JSON or XML, with the request's id.

import type { ErrorSpec, RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

export interface AnswerBody {
  readonly [name: string]: string | AnswerBody;
}

export interface Answer {
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

function toXml(body: AnswerBody): string {
  return Object.entries(body)
    .map(([name, value]) => {
      const inner =
        typeof value === 'string' ? value.replace(/[&<>"]/g, (c) => XML_ESCAPES[c] ?? c) : toXml(value);
      return `<${name}>${inner}</${name}>`;
    })
    .join('');
}

function render(status: number, root: string, body: AnswerBody, format: Format): Answer {
  return format === 'json'
    ? { status, contentType: 'application/json;charset=utf-8', body: JSON.stringify(body) }
    : {
        status,
        contentType: 'text/xml;charset=utf-8',
        body: `<?xml version="1.0" encoding="UTF-8"?><${root}>${toXml(body)}</${root}>`,
      };
}

export function renderSuccess(action: string, body: AnswerBody, requestId: string, format: Format): Answer {
  return render(200, `${action}Response`, { ...body, RequestId: requestId }, format);
}

export function renderError(
  { code, accessDenied }: RpcError<string>,
  { status, message }: ErrorSpec,
  requestId: string,
  host: string,
  format: Format,
): Answer {
  const body = {
    RequestId: requestId,
    HostId: host,
    Code: code,
    Message: message,
    ...(accessDenied === undefined ? {} : { AccessDeniedDetail: { ...accessDenied } }),
  };
  return render(status, 'Error', body, format);
}
