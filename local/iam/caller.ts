// What the local services (STS, Tablestore) ask of the local RAM: whose key is this, and what may it do?

/** Values of condition keys such as `acs:SourceIp`, `acs:CurrentTime`, `acs:SecureTransport`. */
export type ConditionContext = Readonly<Record<string, string>>;

export interface Caller {
  readonly accountId: string;
  /** `acs:ram::<account>:user/<name>`, `acs:ram::<account>:assumed-role/<role>/<session>` or `…:root`. */
  readonly arn: string;
  readonly accessKeySecret: string;
  /** Identity policies and, for a role session, the session policy; explicit Deny wins. */
  may(action: string, resource: string, context: ConditionContext): boolean;
}

export type CallerLookup =
  | { readonly kind: 'found'; readonly caller: Caller }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'wrong-token' }
  | { readonly kind: 'expired' };

export interface CallerDirectory {
  find(accessKeyId: string, securityToken: string | undefined): CallerLookup;
}
