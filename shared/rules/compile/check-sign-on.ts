// What the section signOn says that would keep nobody out, or let the wrong one in. In documents only: see check-provider.ts.
import { checkWhole } from '../providers/fields.ts';
import { checkBlocked } from '../sign-on/blocked.ts';
import { isSigningCertificate } from '../sign-on/saml-certificate.ts';
import type { Connection, SignOn } from '../sign-on/sign-on.ts';
import type { PathFault } from '../values/document-fault.ts';

type Faults = readonly PathFault[];

const CERTIFICATE_HELP =
  'the certificate must be readable and hold an RSA key of 2048 bits or more, with the exponent 65537';

function checkConnection(connection: Connection): Faults {
  switch (connection.kind) {
    case 'oidc':
      return checkWhole(['issuer'], connection.issuer);
    case 'saml':
      return connection.certificates.flatMap((pem, i) =>
        isSigningCertificate(pem) ? [] : [{ path: ['certificates', i], message: CERTIFICATE_HELP }],
      );
  }
}

export const checkSignOn = (signOn: SignOn): Faults => [
  ...checkBlocked(signOn),
  ...signOn.connections.flatMap((connection, i) =>
    checkConnection(connection).map(({ path, message }) => ({
      path: ['signOn', 'connections', i, ...path],
      message,
    })),
  ),
];
