// Reads what a service provider sends and publishes: messages by HTTP-Redirect (deflated, in base64, in the query), and its
// metadata, which is fetched anew each time because the service provider starts after its identity provider.
import { inflateRawSync } from 'node:zlib';
import { parseXml, type XmlElement } from '../../functions/login/sign-on-saml/protocol/parse-xml.ts';
import type { ServiceProviderAddresses } from './issue-response.ts';

const MAX_BYTES = 65_536;

/** A message of the HTTP-Redirect binding; undefined if it cannot be read. */
export function readRedirected(encoded: string | null): XmlElement | undefined {
  if (encoded === null) return undefined;
  try {
    const xml = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
    const parsed = parseXml(xml.replace(/^<\?xml[^>]*\?>\s*/, ''));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // not deflated, or more than that
  }
}

/** What the metadata of a service provider says. */
export interface PublishedProvider {
  readonly signsRequests: boolean;
  /** PEM. */
  readonly certificates: readonly string[];
  readonly sloUrl: string | undefined;
}

function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

const pem = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

/** Fetches the metadata from the entity id; throws if there is none. */
export async function readServiceProvider({
  entityId,
}: ServiceProviderAddresses): Promise<PublishedProvider> {
  const answer = await fetch(entityId);
  const xml = parseXml((await answer.text()).replace(/^<\?xml[^>]*\?>\s*/, '').trim());
  if (!answer.ok || !xml.ok) throw new Error(`${entityId} is no metadata: ${answer.status}`);
  const elements = [...everyElement(xml.value)];
  const attribute = (element: string, name: string) =>
    elements.find((one) => one.name === element)?.attributes.get(name);
  return {
    signsRequests: attribute('SPSSODescriptor', 'AuthnRequestsSigned') === 'true',
    certificates: elements.filter(({ name }) => name === 'X509Certificate').map(({ text }) => pem(text)),
    sloUrl: attribute('SingleLogoutService', 'Location'),
  };
}
