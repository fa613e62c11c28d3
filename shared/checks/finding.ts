// What a check can find: a closed list. The name stands in the line `finding` of sweep's log and in `stint doctor --json`, so
// that alerts can rely on it. docs/operations.md#findings shows this table, and a test holds the two together.

/** `error`: callers are refused, or something is open that should not be. `warning`: it will come to that, or may have. */
export type Severity = 'error' | 'warning';

interface FindingKind {
  readonly severity: Severity;
  readonly means: string;
  readonly remedy: string;
}

export const FINDING_KINDS = {
  'rules-missing': {
    severity: 'error',
    means: 'No rules are in force: vend refuses every request.',
    remedy: 'Run `stint apply` with the access document.',
  },
  'rules-unreadable': {
    severity: 'error',
    means: 'The rules in force, or a part of them, cannot be read: vend refuses what depends on it.',
    remedy: 'Run `stint apply` with the access document: it replaces what cannot be read.',
  },
  'role-missing': {
    severity: 'error',
    means: 'The rules give a role that RAM does not have.',
    remedy: 'Create the RAM role again, or remove the role and its grants from the access document.',
  },
  'role-untrusted': {
    severity: 'error',
    means: 'The trust policy of the role does not let vend assume it.',
    remedy: 'Add the role of vend to the trust policy of this RAM role.',
  },
  'role-external-id': {
    severity: 'error',
    means:
      'The trust policy trusts vend, but under conditions that the ExternalId of the access document does not meet.',
    remedy: 'Give the trust policy and the access document the same ExternalId.',
  },
  'role-external-id-open': {
    severity: 'warning',
    means:
      'The access document has an ExternalId, and the trust policy lets vend assume the role without it.',
    remedy: 'Put the condition `StringEquals`, `sts:ExternalId`, into the trust policy of this RAM role.',
  },
  'role-hub-untrusted': {
    severity: 'warning',
    means:
      'The trust policy of the role does not let a hub role assume it: calls for this role go through the other accounts.',
    remedy: 'Run `stint role import` with the role’s ARN: it names every hub role in the trust policy.',
  },
  'hub-unavailable': {
    severity: 'warning',
    means: 'vend cannot assume one of its hub roles: calls of STS go through the other accounts.',
    remedy:
      'Look for `hub-unavailable` in the log of vend: it names the hub role and the cause. docs/hub-accounts.md has the policies.',
  },
  'role-duration': {
    severity: 'error',
    means: 'The rules give the role for longer than its maximum session duration: STS refuses such sessions.',
    remedy: 'Raise the maximum session duration of the RAM role, or lower `maxDurationSeconds` of the role.',
  },
  'role-contained': {
    severity: 'warning',
    means: 'The role is contained: callers get credentials of it, and every call with them is denied.',
    remedy: 'When the danger is over: `stint contain ROLE --release`. Until then, block the role.',
  },
  'role-unreadable': {
    severity: 'warning',
    means: 'The trust policy of the role has parts that Stint does not know, so that it was not checked.',
    remedy: 'Compare the trust policy with the one that docs/deploy.md shows.',
  },
  'pin-changed': {
    severity: 'warning',
    means: 'RAM has another version of a pinned policy: grants give what was pinned, and no more.',
    remedy: 'Run `stint policy fetch NAME --into FILE`, read what changes, and apply.',
  },
  'pin-missing': {
    severity: 'warning',
    means: 'RAM has no policy of the name of a pinned policy.',
    remedy: 'Correct the name and the type of the policy in the access document, or remove it.',
  },
  'pin-unusable': {
    severity: 'warning',
    means: 'What RAM has now of a pinned policy cannot be used in a session policy.',
    remedy: 'Use another policy in the access document.',
  },
  'function-role-missing': {
    severity: 'error',
    means: 'The RAM role of a function is gone: the function cannot call Tablestore or STS.',
    remedy: 'Run `stint setup`: it makes what is missing.',
  },
  'function-role-open': {
    severity: 'error',
    means: 'The trust policy of a function’s role lets more than Function Compute assume it.',
    remedy: 'Run `stint setup`, or give the role the trust policy that docs/deploy.md shows.',
  },
  'function-policy-wider': {
    severity: 'error',
    means: 'The policies of a function’s role allow more than Stint ships for it.',
    remedy:
      'Detach what Stint did not attach. A role that the rules do not give any more: `stint role remove`. Then run `stint setup`.',
  },
  'function-policy-narrower': {
    severity: 'error',
    means: 'The policies of a function’s role do not allow all that this version of the function does.',
    remedy:
      'Run `stint setup`: it brings the policy to this version. A role that vend may not assume yet: `stint role import`.',
  },
  'function-policy-unreadable': {
    severity: 'warning',
    means: 'A policy of a function’s role has parts that Stint does not know, so that it was not compared.',
    remedy: 'Compare it with the policy of that function that Stint ships.',
  },
  'function-missing': {
    severity: 'error',
    means: 'Function Compute does not have a function of `s.yaml`.',
    remedy: 'Run `npm run deploy`.',
  },
  'function-differs': {
    severity: 'error',
    means: 'A function is deployed in another way than `s.yaml` with the settings here.',
    remedy: 'Run `npm run deploy`, or correct the setting here.',
  },
  'function-trigger-unknown': {
    severity: 'error',
    means:
      'A function has a trigger that `s.yaml` does not have: it can be called in a way that Stint does not mean.',
    remedy: 'Delete the trigger in the console of Function Compute, unless you made it.',
  },
  'probe-refused': {
    severity: 'error',
    means: 'The probe was refused, or got no answer: callers may be, too.',
    remedy: 'Look for the reason in the audit row of the request, and ask `/readyz`.',
  },
  'probe-not-refused': {
    severity: 'error',
    means: 'The probe got a role that it must not get: the rules, or Stint, give too much.',
    remedy:
      'Look for the grant in the audit row. If no grant gives this role to the probe, block the role with `stint block`.',
  },
  'probe-forgery-accepted': {
    severity: 'error',
    means: 'A proof with a wrong signature was accepted: anyone could be anyone.',
    remedy: 'Take vend off its domain, and report it as SECURITY.md says.',
  },
  'clock-skew': {
    severity: 'error',
    means:
      'The clock of this machine and that of the service differ: services refuse requests that seem old.',
    remedy: 'Set the clock of this machine, by NTP.',
  },
  'connection-wrong': {
    severity: 'error',
    means: 'A connection and its identity provider do not fit together: people cannot sign in there.',
    remedy: 'Correct the connection in the access document, or the client at the identity provider.',
  },
  'connection-silent': {
    severity: 'warning',
    means: 'The identity provider of a connection does not answer this machine, so that it was not checked.',
    remedy:
      'Check `issuer`. A provider in a private network answers only there, and to a connection with `privateNetwork: true`.',
  },
  'endpoint-silent': {
    severity: 'error',
    means: 'Nothing answers at an endpoint.',
    remedy: 'Check the setting that names the endpoint, the network, and that the service is running.',
  },
  'not-ready': {
    severity: 'error',
    means: 'The deployment does not answer, or says that it is not ready.',
    remedy: 'Open `/readyz`: it names the service that is down. If nothing answers, deploy.',
  },
  'settings-differ': {
    severity: 'error',
    means: 'The functions run with another setting than the one here.',
    remedy: 'Deploy again, or correct the setting.',
  },
  'domain-unknown': {
    severity: 'error',
    means: 'No DNS record leads from the domain to the deployment.',
    remedy: 'Make the record that the line names.',
  },
  'certificate-wrong': {
    severity: 'error',
    means: 'Clients do not accept the certificate of the domain, or will not soon.',
    remedy: 'Renew the certificate, and deploy with its id in `STINT_CERT_ID`.',
  },
  'tls-old': {
    severity: 'warning',
    means: 'The domain still speaks TLS 1.1 or older.',
    remedy:
      'Deploy with the `tlsConfig` of `s.yaml`; of a gateway in front, set the lowest version to TLS 1.2.',
  },
  'table-missing': {
    severity: 'error',
    means: 'Tablestore lacks a table that this version uses.',
    remedy: 'Run `stint tables create`.',
  },
  'table-key': {
    severity: 'error',
    means: 'A table has another primary key than this version uses.',
    remedy: 'Use another instance, or rename what made the table: Stint did not.',
  },
  'table-ttl': {
    severity: 'warning',
    means: 'Tablestore deletes the rows of a table sooner or later than Stint means.',
    remedy:
      'Run `stint tables create`. Where Stint sets no time and you did, compare it with your duty to keep records.',
  },
  'key-held': {
    severity: 'warning',
    means: 'An issuer has a new key that waits for approval: tokens that it signs are refused.',
    remedy: 'Compare it with what the issuer says, then `stint keys approve`, or `stint keys revoke`.',
  },
  'metadata-unread': {
    severity: 'error',
    means:
      'The metadata of a SAML identity provider cannot be read: the last good ones serve for 24 hours, then sign-ins stop.',
    remedy:
      'The line has the cause: docs/saml.md#why-metadata-are-not-used. Until then, `certificates` and `ssoUrl` in the access document, without `metadataUrl`, let people in.',
  },
  'metadata-ending': {
    severity: 'error',
    means: 'The metadata of a SAML identity provider end soon, by their own word: sign-ins stop then.',
    remedy: 'Ask the operator of the identity provider to publish new ones.',
  },
  'metadata-changed': {
    severity: 'warning',
    means:
      'A certificate or an address in the metadata of a SAML identity provider changed in the last week.',
    remedy:
      'If the operator did not announce it, ask. The lines `saml-metadata-changed` of login say what changed; `stint keys revoke` refuses a key.',
  },
  'metadata-certificate-unusable': {
    severity: 'warning',
    means: 'The metadata of a SAML identity provider have a certificate that Stint does not use.',
    remedy: 'Ask the operator for a certificate with an RSA key of 2,048 bits or more.',
  },
  'metadata-wants-signed': {
    severity: 'warning',
    means: 'A SAML identity provider wants signed requests, and the connection sends none.',
    remedy: 'Set `signRequests: true`, apply, and let the identity provider load Stint’s metadata.',
  },
  'session-key-old': {
    severity: 'warning',
    means: 'The key that signs session tokens has been in use for long.',
    remedy: 'It is in the environment of login: run `stint session-keys rotate` with its file, and deploy.',
  },
  'session-keys-missing': {
    severity: 'error',
    means: 'Rules trust the sign-on of this deployment, and login publishes no key.',
    remedy: 'Look for `keys-not-read` in the log of login: the cause says what to mend.',
  },
  'not-checked': {
    severity: 'warning',
    means: 'A check could not be made. The other checks were.',
    remedy: 'Give the permission that the line names, or try again when the service answers.',
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingName = keyof typeof FINDING_KINDS;

export interface CheckFinding {
  readonly name: FindingName;
  /** The id or name of the role, policy, table or check. */
  readonly subject: string;
  /** What was found, in a few words. Names and numbers; no secret, and no text of a policy. */
  readonly detail: string;
}

/** For a look that was not possible: `detail` says why. */
export const notChecked = (subject: string, detail: string): CheckFinding => ({
  name: 'not-checked',
  subject,
  detail,
});
