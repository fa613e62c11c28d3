// A SAML message that came by HTTP-Redirect (saml-bindings section 3.4): its signature is over the query as it was sent,
// byte for byte, so nothing is decoded before. Unsigned messages are refused. Inflates no more than a message may have.
import { verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { signingKeys } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import { SIGNATURES } from './algorithms.ts';
import { decodeBase64, decodeText, MAX_MESSAGE_BYTES } from './decode-message.ts';
import type { SamlFault } from './saml-fault.ts';

/** A request and a response each have a parameter of their own, so that neither passes for the other. */
export type MessageName = 'SAMLRequest' | 'SAMLResponse';

const PARAMETERS: Readonly<Record<MessageName, RegExp>> = {
  SAMLRequest: /^(SAMLRequest|RelayState|SigAlg|Signature)=([\w%.~*!'()+-]*)$/,
  SAMLResponse: /^(SAMLResponse|RelayState|SigAlg|Signature)=([\w%.~*!'()+-]*)$/,
};

/** Each at most once, as sent; undefined when there is anything else. */
function readParameters(search: string, message: MessageName): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    const [, name, value] = PARAMETERS[message].exec(part) ?? [];
    if (name === undefined || value === undefined || parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  return parameters;
}

/** As a form encodes it; undefined for what is no such encoding. */
const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : (new URLSearchParams(`v=${value}`).get('v') ?? undefined);

/** In the order of the standard, whatever the order in the query (section 3.4.4.1). */
function isSigned(
  parameters: ReadonlyMap<string, string>,
  message: MessageName,
  certificates: readonly string[],
): boolean {
  const method = SIGNATURES.get(decoded(parameters.get('SigAlg')) ?? '');
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
    return err('deflate-invalid'); // or more than that
  }
}

export interface Redirected {
  readonly text: string;
  readonly relayState: string | undefined;
}

/** `search` is the query of the address, from the question mark on. */
export function verifyRedirect(
  search: string,
  message: MessageName,
  certificates: readonly string[],
): Result<Redirected, SamlFault> {
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
