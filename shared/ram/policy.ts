// The RAM policy language as values: what a parsed policy is, and the JSON tree in which RAM and STS write it.
// Grammar: Alibaba Cloud RAM, "Policy structure and syntax" and "Policy elements".
import type { Operator } from './operators.ts';

export type Effect = 'Allow' | 'Deny';

/** One condition key under one operator. One value that fits is enough; see evaluate.ts. */
export interface Condition {
  readonly operator: Operator;
  readonly key: string;
  readonly values: readonly string[];
}

/** `only` is Action: these patterns. `except` is NotAction: every action but these. */
export interface Actions {
  readonly kind: 'only' | 'except';
  readonly patterns: readonly string[];
}

/** All conditions must hold. None: the statement always applies. */
export interface Statement {
  readonly effect: Effect;
  readonly actions: Actions;
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Policy {
  readonly version: '1';
  readonly statements: readonly Statement[];
}

export type OneOrMany = string | readonly string[];

/** Operator, then condition key, then values. */
export type ConditionDocument = Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;

export type StatementDocument = { readonly Effect: Effect } & (
  | { readonly Action: OneOrMany }
  | { readonly NotAction: OneOrMany }
) & { readonly Resource: OneOrMany; readonly Condition?: ConditionDocument };

export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly StatementDocument[];
}
