// The claim by which a session token says which flush of sign-ins its session came after. Only login may write it.

export const GENERATION_CLAIM = 'sign_in_generation';
