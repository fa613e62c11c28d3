// The x-ots-* headers of one request, each present exactly once.
import type { IncomingHttpHeaders } from 'node:http';
import { ok } from '../../shared/kernel/result.ts';
import { type Outcome, refuse } from './errors.ts';

export interface OtsHeaders {
  readonly apiVersion: string;
  readonly instance: string;
  readonly contentMd5: string;
  readonly date: string;
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly signature: string;
  /** `name:value` lines, sorted: what the signature covers. */
  readonly signedLines: string;
}

const SIGNATURE = 'x-ots-signature';

const REQUIRED = [
  'x-ots-apiversion',
  'x-ots-instancename',
  'x-ots-contentmd5',
  'x-ots-date',
  'x-ots-accesskeyid',
  SIGNATURE,
] as const;

export function readOtsHeaders(headers: IncomingHttpHeaders): Outcome<OtsHeaders> {
  const ots = otsHeadersOf(headers);
  for (const name of REQUIRED) {
    if (!ots.has(name)) return refuse('OTSMissingHeader', `Missing header: '${name}'.`);
  }
  return ok({
    apiVersion: ots.get('x-ots-apiversion') ?? '',
    instance: ots.get('x-ots-instancename') ?? '',
    contentMd5: ots.get('x-ots-contentmd5') ?? '',
    date: ots.get('x-ots-date') ?? '',
    accessKeyId: ots.get('x-ots-accesskeyid') ?? '',
    securityToken: ots.get('x-ots-ststoken'),
    signature: ots.get(SIGNATURE) ?? '',
    signedLines: headerLines(ots),
  });
}

/** Shared by requests and responses; the signature itself is never part of what is signed. */
export function headerLines(headers: ReadonlyMap<string, string>): string {
  return [...headers]
    .filter(([name]) => name !== SIGNATURE)
    .map(([name, value]) => `${name}:${value}`)
    .sort()
    .join('\n');
}

function otsHeadersOf(headers: IncomingHttpHeaders): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-ots-') && typeof value === 'string') found.set(name, value);
  }
  return found;
}
