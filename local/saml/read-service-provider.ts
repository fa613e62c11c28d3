// What the service provider says of itself, asked for anew each time: it starts after its identity provider.
import { parseXml, type XmlElement } from '../../functions/login/sign-on-saml/protocol/parse-xml.ts';
import type { ServiceProvider } from './issue-response.ts';

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

export async function readServiceProvider({ entityId }: ServiceProvider): Promise<PublishedProvider> {
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
