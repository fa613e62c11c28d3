// Where the forms of the ceremonies go.

export const PASSKEY_ACTIONS = {
  signIn: '/login/passkeys/sign-in',
  enrol: '/login/passkeys/add',
  confirm: '/login/passkeys/confirm',
} as const;
