// Claims that login alone may write into the session tokens that it signs. No connection may map an attribute to one of them.

/** The IP address of the browser for which login asks. Only vend reads it. */
export const ADDRESS_CLAIM = 'caller_address';

/** The number of the last flush of sign-ins before the session began: see Flushes. */
export const GENERATION_CLAIM = 'sign_in_generation';

/** The requirement of its connection that the session meets. */
export const REQUIREMENT_CLAIM = 'sign_in_requirement';

/** The person link, where the connection declares one. */
export const PERSON_CLAIM = 'person_link';

/** The generations of the person's leaver rows at the sign-on: see leaver.ts. */
export const LEAVER_GENERATIONS_CLAIM = 'leaver_generations';
