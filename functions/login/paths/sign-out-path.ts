// Where the form goes that ends a session. Its page leads on to an identity provider by a form of its own.

export const SIGN_OUT_PATH = '/login/sign-out';
