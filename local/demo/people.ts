// The demo people. Their sub is the lower-case name, so that rules and tests read well.

export interface DemoPerson {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly groups: readonly string[];
  /** Said on the login page and by `npm start`. */
  readonly role: string;
}

const person = (sub: string, name: string, groups: readonly string[], role: string): DemoPerson => ({
  sub,
  name,
  email: `${sub}@example.com`,
  email_verified: true,
  groups,
  role,
});

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  person(
    'alice',
    'Alice',
    ['media'],
    'in group media: may upload to her own prefix and read monitoring data',
  ),
  person('bob', 'Bob', ['ops'], 'in group ops: may read monitoring data'),
  person('mallory', 'Mallory', [], 'in no group: signs in like anyone, and may take nothing'),
];

/** The demo person with this `sub`. */
export const findPerson = (sub: string): DemoPerson | undefined =>
  DEMO_PEOPLE.find((known) => known.sub === sub);
