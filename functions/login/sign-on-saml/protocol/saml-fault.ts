// Why a SAML message was refused, for the operator's log and the audit row. A page never shows it.
import type { IdentityReason } from '../../sign-on/check-identity.ts';

/** The name in the connection's `subject` is absent, or does not identify a person permanently. */
export type SubjectFault =
  | 'name-id-missing'
  | 'name-id-not-persistent'
  | 'name-id-for-another-provider'
  | 'subject-attribute-missing'
  | 'subject-attribute-repeated'
  | 'subject-attribute-not-text';

export type SamlFault =
  | IdentityReason
  | SubjectFault
  | 'message-too-large'
  | 'base64-invalid'
  | 'deflate-invalid'
  | 'not-utf8'
  | 'markup-forbidden'
  | 'xml-malformed'
  | 'xml-too-complex'
  | 'idp-refused'
  | 'assertion-encrypted'
  | 'structure-unexpected'
  | 'response-unsigned'
  | 'assertion-unsigned'
  | 'id-unusable'
  | 'id-twice'
  | 'algorithm-not-allowed'
  | 'reference-wrong'
  | 'signature-wrong'
  | 'key-held'
  | 'key-revoked'
  | 'signed-bytes-differ'
  | 'issuer-wrong'
  | 'destination-wrong'
  | 'recipient-wrong'
  | 'audience-wrong'
  | 'request-unknown'
  | 'time-unreadable'
  | 'expired'
  | 'not-yet-valid'
  | 'confirmation-wrong';
