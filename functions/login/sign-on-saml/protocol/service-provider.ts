// What Stint is called and where it is reached, at one connection. Each connection is a service provider of its own, so
// what is meant for one is refused at another.
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';

export interface ServiceProvider {
  readonly entityId: string;
  readonly acsUrl: string;
  readonly sloUrl: string;
}

export function serviceProvider({ id }: Pick<SamlConnection, 'id'>, publicUrl: string): ServiceProvider {
  const base = `${publicUrl}/login/saml/${id}`;
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs`, sloUrl: `${base}/slo` };
}
