// What the entries of `providers` and the section `signOn` may not say in a document: against their preset, or with weak keys.
// Checked here and not in the stored form, so that rules in force stay readable when a check grows stricter; the code that
// verifies looks at keys again. Pure.
import { X509Certificate } from 'node:crypto';
import { STRONG_KEYS, weaknessIn } from '../../kernel/key-strength.ts';
import { compileCondition } from '../conditions/compile-condition.ts';
import type { Provider } from '../document/provider.ts';
import type { CertificateProvider } from '../providers/certificate.ts';
import { checkWhole } from '../providers/fields.ts';
import { hasLoginIssuer, MAX_ADDRESS_TOKEN_AGE_SECONDS, type OidcProvider } from '../providers/oidc.ts';
import type { Preset } from '../providers/presets/preset.ts';
import { PRESETS } from '../providers/presets/presets.ts';
import { checkKeyStrength } from '../providers/static-jwks.ts';
import { checkBlocked, checkLinkPlace } from '../sign-on/blocked.ts';
import { checkDirectories } from '../sign-on/directory.ts';
import { isSigningCertificate } from '../sign-on/saml-certificate.ts';
import type { SamlConnection } from '../sign-on/saml-connection.ts';
import type { Connection, SignOn } from '../sign-on/sign-on.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';
import { namedClaim } from '../values/groups-source.ts';

type Faults = readonly PathFault[];

/** Faults of an entry of `providers`, with paths relative to the entry. */
export function checkProvider(provider: Provider): Faults {
  switch (provider.kind) {
    case 'oidc':
      return checkOidc(provider);
    case 'assertion':
      return provider.clients.flatMap((client, i) => under(['clients', i], checkKeys(client)));
    case 'certificate':
      return checkAuthorities(provider);
    case 'aliyun':
      return [];
  }
}

/** Faults of the section `signOn` that would keep the wrong people out, or let the wrong ones in. */
export const checkSignOn = (signOn: SignOn): Faults => [
  ...checkBlocked(signOn),
  ...checkLinkPlace(signOn),
  ...checkDirectories(signOn),
  ...signOn.connections.flatMap((connection, i) =>
    checkConnection(connection).map(({ path, message }) => ({
      path: ['signOn', 'connections', i, ...path],
      message,
    })),
  ),
];

const at = (key: keyof OidcProvider, message: string): Faults => [{ path: [key], message }];

function checkTenants({ tenants, issuer }: OidcProvider, preset: Preset | undefined): Faults {
  if (tenants !== undefined && preset?.tenants === undefined)
    return at('tenants', 'remove tenants: only presets of issuers that serve many customers have them');
  if (tenants === undefined && preset?.needsTenants(issuer))
    return at('tenants', `add tenants, ${preset.tenants}: this issuer serves many customers`);
  if (preset?.takesOneTenant && (tenants?.length ?? 0) > 1)
    return at('tenants', 'list one, and add a provider for each other: these keys vouch for one alone');
  return (tenants ?? []).flatMap((tenant, i): Faults => {
    const message = preset?.checkTenant?.(tenant);
    return message === undefined ? [] : [{ path: ['tenants', i], message }];
  });
}

function checkNaming({ preset: name, subject, groups }: OidcProvider, preset: Preset): Faults {
  if (subject !== undefined)
    return at('subject', `remove subject: the preset ${name} names the caller by what cannot change`);
  const claim = namedClaim(groups);
  const readsNone = groups !== undefined && !preset.hasGroups;
  return readsNone || (claim !== undefined && !preset.namesGroups(claim))
    ? at('groups', `remove groups, or name another claim: the preset ${name} does not read this one`)
    : [];
}

function checkCondition({ when }: OidcProvider): Faults {
  const condition = when === undefined ? undefined : compileCondition(when);
  if (condition === undefined) return [];
  if (!condition.ok) return at('when', condition.error);
  return condition.value.usesRequest
    ? at('when', 'remove request: the provider judges the token alone; put this into the when of a grant')
    : [];
}

function checkAudience({ audience, audiences }: OidcProvider): Faults {
  if (audience === undefined || audiences !== undefined) return [];
  return at(
    'audiences',
    `add audiences, the accepted values of ${audience.claim}: it does not name this deployment`,
  );
}

function checkTypes({ tokenTypes, accessTokens, preset }: OidcProvider): Faults {
  if (tokenTypes === undefined) return [];
  if (accessTokens !== undefined)
    return at('accessTokens', 'remove accessTokens: tokenTypes says which tokens are accepted');
  const isUntold = preset !== undefined && PRESETS[preset].tokenTypeOf === undefined;
  return isUntold && !tokenTypes.includes('id')
    ? at('tokenTypes', `add id: not every access token of the preset ${preset} says that it is one`)
    : [];
}

const checkGroups = ({ preset, groups }: OidcProvider): Faults =>
  preset === undefined && typeof groups === 'object' && groups.claim === undefined
    ? at('groups', 'add claim: only a preset knows which claim lists groups')
    : [];

function checkPreset(provider: OidcProvider, preset: Preset): Faults {
  const { issuer, audiences = [], algorithms } = provider;
  const badIssuer = preset.checkIssuer(issuer);
  const noKeys = provider.jwks || provider.jwksUri !== undefined ? undefined : preset.needsKeys?.(issuer);
  const isOdd = algorithms.some((algorithm) => !preset.algorithms.includes(algorithm));
  const shared = audiences.findIndex((audience) => preset.isSharedAudience(audience, issuer));
  return [
    ...(badIssuer === undefined ? [] : at('issuer', badIssuer)),
    ...(noKeys === undefined ? [] : at('jwksUri', noKeys)),
    ...(isOdd
      ? at('algorithms', `use ${preset.algorithms.join(', ')}: this issuer signs with nothing else`)
      : []),
    ...checkNaming(provider, preset),
    ...(shared < 0
      ? []
      : [
          {
            path: ['audiences', shared],
            message:
              'use an audience of your own: with this one, tokens for another service would be accepted',
          },
        ]),
  ];
}

export const presetOf = (provider: Provider): Preset | undefined =>
  provider.kind === 'oidc' && provider.preset !== undefined ? PRESETS[provider.preset] : undefined;

const under = (path: DocumentPath, faults: Faults): Faults =>
  faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));

/** Keys in the document, and the address of others. */
const checkKeys = ({ jwks, jwksUri }: Pick<OidcProvider, 'jwks' | 'jwksUri'>): Faults => [
  ...(jwks ? under(['jwks'], checkKeyStrength(jwks)) : []),
  ...checkWhole(['jwksUri'], jwksUri),
];

const checkKeysOnce = ({ jwks, jwksUri }: OidcProvider): Faults =>
  jwks && jwksUri !== undefined ? at('jwksUri', 'remove jwksUri or jwks: one of them holds the keys') : [];

const checkNames = ({ issuer, audiences = [] }: OidcProvider): Faults => [
  ...checkWhole(['issuer'], issuer),
  ...audiences.flatMap((audience, i) => checkWhole(['audiences', i], audience)),
];

/** vend compares the whole issuer with its own address; the document alone shows only its shape. */
function checkAddress({ addressFromToken, issuer, preset, maxTokenAgeSeconds }: OidcProvider): Faults {
  if (!addressFromToken) return [];
  if (preset !== undefined || !hasLoginIssuer({ issuer }))
    return at(
      'addressFromToken',
      'remove addressFromToken: only this deployment’s own login, whose issuer is STINT_PUBLIC_URL followed by /login, may vouch for addresses',
    );
  if (maxTokenAgeSeconds > MAX_ADDRESS_TOKEN_AGE_SECONDS)
    return at(
      'maxTokenAgeSeconds',
      `use at most ${MAX_ADDRESS_TOKEN_AGE_SECONDS} with addressFromToken: a stolen token would vouch for an address for longer`,
    );
  return [];
}

const checkAuthorities = (provider: CertificateProvider): Faults =>
  (['authorities', 'intermediates'] as const).flatMap((member) =>
    provider[member].flatMap((pem, index) =>
      weaknessIn(() => new X509Certificate(pem).publicKey) === undefined
        ? []
        : [{ path: [member, index], message: `use a CA with a strong key: ${STRONG_KEYS}` }],
    ),
  );

function checkOidc(provider: OidcProvider): Faults {
  const preset = presetOf(provider);
  return [
    ...checkNames(provider),
    ...checkKeys(provider),
    ...checkKeysOnce(provider),
    ...checkAddress(provider),
    ...checkGroups(provider),
    ...checkCondition(provider),
    ...checkAudience(provider),
    ...checkTypes(provider),
    ...checkTenants(provider, preset),
    ...(preset ? checkPreset(provider, preset) : []),
  ];
}

const CERTIFICATE_HELP =
  'the certificate must be readable and hold an RSA key of 2048 bits or more, with the exponent 65537';

/** Without an address for metadata, these would seem to protect something. */
function checkReading({ metadataUrl, metadataCertificate, newKeys, privateNetwork }: SamlConnection): Faults {
  if (metadataCertificate !== undefined && !isSigningCertificate(metadataCertificate))
    return [{ path: ['metadataCertificate'], message: CERTIFICATE_HELP }];
  if (metadataUrl !== undefined) return [];
  const without = (member: keyof SamlConnection): Faults => [
    { path: [member], message: `remove ${member}, or name a metadataUrl: it is about what is read there` },
  ];
  return [
    ...(metadataCertificate === undefined ? [] : without('metadataCertificate')),
    ...(newKeys === 'accept' ? [] : without('newKeys')),
    ...(privateNetwork ? without('privateNetwork') : []),
  ];
}

function checkConnection(connection: Connection): Faults {
  switch (connection.kind) {
    case 'oidc':
      return checkWhole(['issuer'], connection.issuer);
    case 'saml':
      return [
        ...connection.certificates.flatMap((pem, i) =>
          isSigningCertificate(pem) ? [] : [{ path: ['certificates', i], message: CERTIFICATE_HELP }],
        ),
        ...checkReading(connection),
      ];
  }
}
