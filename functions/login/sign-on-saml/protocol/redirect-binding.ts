// The HTTP-Redirect binding (saml-bindings section 3.4): a message deflated into the query of an address, with a signature
// over the bytes of that query. Both sides work on the bytes as sent and decode nothing first, so that a difference between
// encoders or readers cannot change what was signed.
import { type KeyObject, sign, verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { signingKeys } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import { decodeBase64, decodeText, MAX_MESSAGE_BYTES } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';
import { SIGNATURE_METHODS } from './verify-signature.ts';

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const HASH = 'sha256';

/** The signed parameters in the standard's order, whatever their order in the address (section 3.4.4.1). */
const SIGNED = [/^SAML(?:Request|Response)=/, /^RelayState=/];

/** `url` has an encoded message and perhaps RelayState. Without a key it stays unsigned. */
export function signRedirect(url: string, key: KeyObject | undefined): string {
  if (!key) return url;
  const parts = url.slice(url.indexOf('?') + 1).split('&');
  const signed = SIGNED.flatMap((name) => parts.find((part) => name.test(part)) ?? []);
  const algorithm = `SigAlg=${encodeURIComponent(RSA_SHA256)}`;
  const signature = sign(HASH, Buffer.from([...signed, algorithm].join('&')), key).toString('base64');
  return `${url}&${algorithm}&Signature=${encodeURIComponent(signature)}`;
}

/** A request and a response have different parameters, so one cannot pass for the other. */
export type MessageName = 'SAMLRequest' | 'SAMLResponse';

export interface RedirectedMessage {
  /** XML, for `parseXml`. */
  readonly text: string;
  readonly relayState: string | undefined;
}

/**
 * `search` is the query of the address, from the question mark on. One of the certificates must have signed it. Fails with
 * `structure-unexpected`, `signature-wrong`, `deflate-invalid`, or as `decodeBase64` and `decodeText` do.
 */
export function verifyRedirect(
  search: string,
  message: MessageName,
  certificates: readonly string[],
): Result<RedirectedMessage, SamlFault> {
  const parameters = readParameters(search, message);
  if (!parameters) return err('structure-unexpected');
  if (!isSigned(parameters, message, certificates)) return err('signature-wrong');
  const compressed = decodeBase64(decoded(parameters.get(message)) ?? '');
  if (!compressed.ok) return compressed;
  const bytes = inflate(compressed.value);
  if (!bytes.ok) return bytes;
  const text = decodeText(bytes.value);
  return text.ok ? ok({ text: text.value, relayState: decoded(parameters.get('RelayState')) }) : text;
}

const PARAMETERS: Readonly<Record<MessageName, RegExp>> = {
  SAMLRequest: /^(SAMLRequest|RelayState|SigAlg|Signature)=([\w%.~*!'()+-]*)$/,
  SAMLResponse: /^(SAMLResponse|RelayState|SigAlg|Signature)=([\w%.~*!'()+-]*)$/,
};

/** The parameters as sent, each at most once; undefined if there is any other parameter. */
function readParameters(search: string, message: MessageName): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    const [, name, value] = PARAMETERS[message].exec(part) ?? [];
    if (name === undefined || value === undefined || parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  return parameters;
}

/** Decoded as a form field; undefined if it is absent. */
const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : (new URLSearchParams(`v=${value}`).get('v') ?? undefined);

/** Puts the parameters in the standard's order, whatever their order in the query (section 3.4.4.1). */
function isSigned(
  parameters: ReadonlyMap<string, string>,
  message: MessageName,
  certificates: readonly string[],
): boolean {
  const method = SIGNATURE_METHODS.get(decoded(parameters.get('SigAlg')) ?? '');
  const signature = Buffer.from(decoded(parameters.get('Signature')) ?? '', 'base64');
  if (!method || signature.length === 0) return false;
  const signed = [message, 'RelayState', 'SigAlg'].filter((name) => parameters.has(name));
  const content = Buffer.from(signed.map((name) => `${name}=${parameters.get(name)}`).join('&'));
  const { hash, ...padding } = method;
  return signingKeys(certificates).some((key) => verify(hash, content, { key, ...padding }, signature));
}

function inflate(compressed: Buffer): Result<Buffer, SamlFault> {
  try {
    return ok(inflateRawSync(compressed, { maxOutputLength: MAX_MESSAGE_BYTES }));
  } catch {
    return err('deflate-invalid'); // or the message is larger
  }
}
