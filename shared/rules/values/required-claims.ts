// `require`: claims that a proof must have, each with a value, before anything else of it counts. An issuer that serves many
// customers signs the tokens of all of them with the same keys, and only such a claim tells whose token it is.
import * as z from 'zod';
import { sha256 } from '../../kernel/sha256.ts';

const MAX_CLAIM_CHARACTERS = 255;
const MAX_VALUE_CHARACTERS = 512;
const MAX_VALUES = 100;
const MAX_CLAIMS = 20;

const Value = z.union([z.string().min(1).max(MAX_VALUE_CHARACTERS), z.int(), z.boolean()], {
  error: 'write a text in quotes, a number, true or false, or a list of them',
});

export const RequiredClaims = z
  .record(
    z.string().min(1).max(MAX_CLAIM_CHARACTERS),
    z.union([Value, z.array(Value).min(1).max(MAX_VALUES)], {
      error: 'write a value, or a list of values of which the claim must be one',
    }),
  )
  .refine((claims) => Object.keys(claims).length > 0, 'name a claim, or remove require')
  .refine((claims) => Object.keys(claims).length <= MAX_CLAIMS, `name at most ${MAX_CLAIMS} claims`);
export type RequiredClaims = z.infer<typeof RequiredClaims>;

/** The first claim that is missing or has another value. The type is compared too, and a claim that is a list never fits. */
export function firstUnmetClaim(
  required: RequiredClaims | undefined,
  claimOf: (name: string) => unknown,
): string | undefined {
  return Object.entries(required ?? {}).find(([name, wanted]) => {
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    return !values.includes(claimOf(name));
  })?.[0];
}

/** For the operator. */
export const formatUnmetClaim = (claim: string): string => `claim ${claim} is not as required`;

type Scalar = string | number | boolean;
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value);

/** The claims of a connection's people that a requirement can be about: its mapped and required claims that are no lists. */
export function scalarsOf(
  {
    require,
    claims,
  }: { readonly require?: RequiredClaims | undefined; readonly claims: Readonly<Record<string, string>> },
  claimOf: (name: string) => unknown,
): Readonly<Record<string, Scalar>> {
  const names = [...Object.keys(require ?? {}), ...Object.values(claims)];
  const values = names.map((name) => [name, claimOf(name)] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, Scalar] => isScalar(pair[1])));
}

/** 128 bits: another requirement of the same name cannot be found. */
const NAME_CHARACTERS = 22;

/** A name of the required claims, by which a token says what its session was judged by. Undefined: nothing is required. */
export const requirementName = (required: RequiredClaims | undefined): string | undefined =>
  required && sha256(JSON.stringify(required), 'base64url').slice(0, NAME_CHARACTERS);
