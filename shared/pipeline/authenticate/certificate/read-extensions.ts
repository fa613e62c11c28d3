// What node:crypto does not show of a certificate: its key usage, its path length, and whether it makes a demand that
// nobody here checks (RFC 5280 section 4.2).
import type { X509Certificate } from 'node:crypto';
import { type DerElement, readDer } from '../../../kernel/read-der.ts';

/** Object identifiers, by the hex digits of their DER. */
const KEY_USAGE = '551d0f';
const BASIC_CONSTRAINTS = '551d13';
const EXTENDED_KEY_USAGE = '551d25';
const NAME_CONSTRAINTS = '551d1e';
/** Subject and authority key ids, alternative name, policies: checked elsewhere, or without consequence here. */
const HARMLESS = ['551d0e', '551d23', '551d11', '551d20'];
const UNDERSTOOD = new Set([KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, ...HARMLESS]);

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const EXTENSIONS = 0xa3;

export interface Extensions {
  readonly isAuthority: boolean;
  /** What the key may be used for, in bits (RFC 5280 section 4.2.1.3); undefined: not said, so anything. */
  readonly keyUsage: number | undefined;
  /** How many intermediate certificates may follow; undefined: any number. */
  readonly pathLength: number | undefined;
}

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

const hexOf = (element: DerElement | undefined): string => element?.content.toString('hex') ?? '';
const open = (element: DerElement | undefined) => element && readDer(element.content);

function toExtension(element: DerElement): Extension | undefined {
  const [id, ...rest] = open(element) ?? [];
  const value = rest.at(-1);
  return id && value && { id: hexOf(id), critical: rest.length > 1, value: value.content };
}

/** None, or every one of them; undefined when a single one cannot be read, is repeated or makes an unknown demand. */
function listExtensions(tbs: readonly DerElement[]): ReadonlyMap<string, Buffer> | undefined {
  const wrapped = tbs.find(({ tag }) => tag === EXTENSIONS);
  const list = wrapped ? open(open(wrapped)?.[0]) : [];
  const byId = new Map<string, Buffer>();
  for (const element of list ?? []) {
    const extension = toExtension(element);
    if (!extension || byId.has(extension.id) || extension.id === NAME_CONSTRAINTS) return undefined;
    if (extension.critical && !UNDERSTOOD.has(extension.id)) return undefined;
    byId.set(extension.id, extension.value);
  }
  return list && byId;
}

/** Undefined: unreadable, or with a demand that is not checked here. */
export function readExtensions({ raw }: X509Certificate): Extensions | undefined {
  const [tbs] = open(readDer(raw)?.[0]) ?? [];
  const extensions = listExtensions(open(tbs) ?? []);
  if (!extensions) return undefined;
  const usage = extensions.get(KEY_USAGE);
  const constraints = open(readDer(extensions.get(BASIC_CONSTRAINTS) ?? Buffer.of(0x30, 0))?.[0]);
  const usageBits = usage && readDer(usage)?.[0]?.content;
  if (!constraints || (usage && !usageBits)) return undefined;
  const length = constraints.find(({ tag }) => tag === INTEGER);
  return {
    isAuthority: constraints.some(({ tag }) => tag === BOOLEAN),
    // A BIT STRING's first byte counts its unused bits.
    keyUsage: usageBits && (usageBits[1] ?? 0),
    pathLength: length && Number.parseInt(hexOf(length), 16),
  };
}
