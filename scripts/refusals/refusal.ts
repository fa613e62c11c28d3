// What each reason of a refusal means, who can change the outcome, and how. A reason of a closed union without its line, or a line
// without its reason, is an error of the compiler.

/** `caller` is the program or person that asks; `issuer` runs the identity provider; `operator` runs Stint and writes the rules. */
type Fixer = 'caller' | 'issuer' | 'operator';

export type Refusal = readonly [meaning: string, fixer: Fixer, how: string];
export type Refusals<Reason extends string> = Readonly<Record<Reason, Refusal>>;
