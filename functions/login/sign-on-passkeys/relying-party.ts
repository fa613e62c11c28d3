// Who asks for passkeys: this host and this origin, so that one made here works nowhere else (WebAuthn section 5.1.2).
export interface RelyingParty {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
}

export function relyingParty(publicUrl: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, name: `Stint at ${hostname}`, origin };
}
