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

/** What a connection demands of a sign-on: claims with values, and the claim of the person link. */
interface Demands {
  readonly require?: RequiredClaims | undefined;
  readonly person?: { readonly claim: string } | undefined;
}

/** The claims of a connection's people that it can demand later: those that it maps, requires or links by, and that are no lists. */
export function scalarsOf(
  { require, person, claims }: Demands & { readonly claims: Readonly<Record<string, string>> },
  claimOf: (name: string) => unknown,
): Readonly<Record<string, Scalar>> {
  const names = [...Object.keys(require ?? {}), ...(person ? [person.claim] : []), ...Object.values(claims)];
  const values = names.map((name) => [name, claimOf(name)] as const);
  return Object.fromEntries(values.filter((pair): pair is [string, Scalar] => isScalar(pair[1])));
}

/** 128 bits: another requirement of the same name cannot be found. */
const NAME_CHARACTERS = 22;

/** A name of the demands, by which a token says what its session was judged by. Undefined: nothing is demanded. */
export function requirementName({ require, person }: Demands): string | undefined {
  if (!require && !person) return undefined;
  const demands = person ? [require ?? null, person.claim] : require;
  return sha256(JSON.stringify(demands), 'base64url').slice(0, NAME_CHARACTERS);
}
