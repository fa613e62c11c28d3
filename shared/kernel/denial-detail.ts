// The one thing that prevented a vend. For the caller or an administrator: explain alone shows it, and no log or audit row holds
// it.

/** The item of the caller's policy that was refused. */
interface PolicyItem {
  readonly index: number;
  readonly pattern: string;
}

export type DenialDetail =
  | {
      readonly kind: 'claim';
      readonly variable: string;
      readonly claim: string;
      readonly why: 'missing' | 'not_text' | 'unsafe' | 'pattern';
    }
  | {
      readonly kind: 'statement';
      /** Index in the caller's policy. */
      readonly statement: number;
      readonly reason: string;
      readonly action?: PolicyItem;
      readonly resource?: PolicyItem;
    }
  | { readonly kind: 'size'; readonly bytes: number }
  /** A claim that the provider's `require` names, or the first that its `when` looks at, and that a described caller lacks or has otherwise. */
  | { readonly kind: 'requirement'; readonly claim: string }
  /** An operator blocked the caller or the role; `until` is ISO 8601. */
  | { readonly kind: 'block'; readonly block: string; readonly until: string };
