// Why a token proves nothing, for the operator's log and the audit row.

export type GroupsReason = 'groups-unusable' | 'groups-overage' | 'groups-too-many';

export type TokenReason =
  | 'token-missing'
  | 'token-twice'
  | 'token-too-long'
  | 'token-malformed'
  | 'issuer-unknown'
  | 'algorithm-not-allowed'
  | 'header-not-allowed'
  | 'key-unknown'
  | 'key-held'
  | 'key-revoked'
  | 'signature-wrong'
  | 'caller-not-trusted'
  | 'claim-missing'
  | 'audience-wrong'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-too-old'
  | 'type-wrong'
  | 'subject-unusable'
  | GroupsReason
  | 'tenant-not-allowed'
  | 'token-ends-too-soon'
  | 'token-replayed'
  | 'lifetime-too-long'
  | 'person-blocked'
  | 'sign-in-flushed'
  | 'sign-in-requirement';
