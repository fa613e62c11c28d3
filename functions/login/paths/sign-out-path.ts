// Where the form goes that ends a session.

export const SIGN_OUT_PATH = '/login/sign-out';
