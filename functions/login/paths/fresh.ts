// The query parameter by which a page asks for a sign-on that is proved anew, for roles that need a recent one.

export const FRESH = 'fresh';
