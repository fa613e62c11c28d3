// A LogoutRequest of the service provider: its signature, whom it names, and the signed answer by HTTP-Redirect.
import { deflateRawSync } from 'node:zlib';
import type { XmlElement } from '../../functions/login/sign-on-saml/protocol/parse-xml.ts';
import {
  signRedirect,
  verifyRedirect,
} from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { newId, type ServiceProvider } from './issue-response.ts';
import { logoutResponseXml } from './logout-response-xml.ts';
import { readRedirected } from './read-request.ts';
import type { PublishedProvider } from './read-service-provider.ts';
import type { Signing } from './sign-xml.ts';

interface SignedOnHere {
  readonly entityId: string;
  readonly sloUrl: string;
  readonly signing: Signing;
  readonly sessions: Map<string, string>;
}

/** Whether there was such a session, by its index and the name of the person. */
function endSession(request: XmlElement, sessions: Map<string, string>): boolean {
  const textOf = (name: string) => request.children.find((child) => child.name === name)?.text ?? '';
  const index = textOf('SessionIndex');
  return sessions.get(index) === textOf('NameID') && sessions.delete(index);
}

/** Where the browser goes with the answer; undefined for what this service provider has not signed, or not for here. */
export function answerLogout(
  url: URL,
  to: ServiceProvider,
  { certificates, sloUrl }: PublishedProvider,
  from: SignedOnHere,
): string | undefined {
  const request = readRedirected(url.searchParams.get('SAMLRequest'));
  const isSigned = verifyRedirect(url.search, 'SAMLRequest', certificates).ok;
  const issuer = request?.children.find(({ name }) => name === 'Issuer')?.text;
  const destination = request?.attributes.get('Destination');
  if (!request || !isSigned || sloUrl === undefined) return undefined;
  if (issuer !== to.entityId || destination !== from.sloUrl) return undefined;
  const answer = logoutResponseXml({
    id: newId(),
    issuer: from.entityId,
    destination: sloUrl,
    inResponseTo: request.attributes.get('ID') ?? '',
    issuedAt: new Date(),
    status: endSession(request, from.sessions) ? ['Success'] : ['Requester', 'UnknownPrincipal'],
  });
  const relayState = url.searchParams.get('RelayState');
  const query = new URLSearchParams({
    SAMLResponse: deflateRawSync(answer).toString('base64'),
    ...(relayState === null ? {} : { RelayState: relayState }),
  });
  return signRedirect(`${sloUrl}?${query}`, from.signing.key);
}
