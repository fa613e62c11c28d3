// The issuer of this deployment's own session tokens. What login alone may say is believed of no other.

export const isOwnLogin = ({ issuer }: { readonly issuer: string }, publicUrl: string): boolean =>
  issuer === `${publicUrl.replace(/\/$/, '')}/login`;
