// The name under which the identity provider may end a session here. A session index alone may be the same for everybody
// (saml-core section 2.7.2 even asks for small numbers), so it counts together with the NameID.

export const idpSessionOf = (nameId: string, sessionIndex: string): string =>
  JSON.stringify([nameId, sessionIndex]);
