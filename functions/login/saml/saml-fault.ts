// Why a SAML message was refused: for the operator's log and the audit row, never for the page.
import type { NameReason } from '../sign-on/check-names.ts';

export type SamlFault =
  | NameReason
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
  | 'id-unusable'
  | 'id-twice'
  | 'algorithm-not-allowed'
  | 'reference-wrong'
  | 'signature-wrong'
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
