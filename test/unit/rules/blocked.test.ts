// A blocked person is kept out under their own name, or at every connection by their subject, and no one else is.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { personName } from '../../../shared/people/person.ts';
import { isBlocked } from '../../../shared/rules/sign-on/blocked.ts';

const connection = fc.constantFrom('corporate', 'partners').map((id) => ConnectionId.parse(id));
/** A subject may look like a person, and like an entry for every connection. */
const subject = fc.constantFrom('mallory', 'alice', 'corporate:mallory', '*:mallory', 'partners:alice');

it('a person is blocked by their own name, or by their subject at every connection, and by no other', () => {
  fc.assert(
    fc.property(connection, subject, connection, subject, (where, who, there, other) => {
      const person = personName(where, who);
      const isSame = where === there && who === other;
      expect(isBlocked([personName(there, other)], person, undefined)).toBe(isSame);
      expect(isBlocked([`*:${other}`], person, undefined)).toBe(who === other);
      expect(isBlocked([], person, undefined)).toBe(false);
    }),
  );
});
