// The claim by which a session token says which requirement of its connection its session meets. Only login may write it.

export const REQUIREMENT_CLAIM = 'sign_in_requirement';
