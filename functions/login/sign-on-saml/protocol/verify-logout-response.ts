// The identity provider's answer to a logout that began here (saml-core section 3.7.2): whether its session is over, or
// why nobody can tell. Pure. The session here is over already, whatever this says.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { checkLogout, type LogoutExpectations } from './check-logout.ts';
import { type ContentModel, EXTENSIONS_CONTENT, SIGNATURE_CONTENT } from './content-model.ts';
import { attributeOf, descend, optionalChild } from './read-element.ts';
import { type Carried, readSignedMessage } from './read-signed-message.ts';
import type { SamlFault } from './saml-fault.ts';
import { STATUS_SUCCESS } from './saml-names.ts';

const RESPONSE_MODEL: ContentModel = new Map([
  ...SIGNATURE_CONTENT,
  EXTENSIONS_CONTENT,
  ['samlp:LogoutResponse', /^saml:Issuer (ds:Signature )?(samlp:Extensions )?samlp:Status $/],
  ['saml:Issuer', /^$/],
  ['samlp:Status', /^samlp:StatusCode (samlp:StatusMessage )?$/],
  ['samlp:StatusCode', /^(samlp:StatusCode )?$/],
  ['samlp:StatusMessage', /^$/],
]);

export interface AnswerExpectations extends LogoutExpectations {
  /** The request that this browser was sent off with. */
  readonly requestId: string;
}

export function verifyLogoutResponse(
  carried: Carried,
  expected: AnswerExpectations,
): Result<void, SamlFault> {
  const read = readSignedMessage(carried, 'SAMLResponse', RESPONSE_MODEL, expected.connection.certificates);
  if (!read.ok) return read;
  const { message: response } = read.value;
  const checked = checkLogout(response, expected);
  if (!checked.ok) return checked;
  if (attributeOf(response, 'InResponseTo') !== expected.requestId) return err('request-unknown');
  const code = descend(response, 'samlp:Status', 'samlp:StatusCode');
  // A second code takes the success back: PartialLogout leaves the person signed on elsewhere (section 3.7.3.2).
  const isWhole = attributeOf(code, 'Value') === STATUS_SUCCESS && !optionalChild(code, 'samlp:StatusCode');
  return isWhole ? ok(undefined) : err('idp-refused');
}
