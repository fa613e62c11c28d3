// The two ways in which a text is sent to an OpenID Provider as application/x-www-form-urlencoded.
/** In a body. */
export const formEncoded = (text: string): string =>
  new URLSearchParams({ _: text }).toString().slice('_='.length);

/** In an Authorization header (RFC 6749 section 2.3.1): oauth4webapi also encodes the marks that a body leaves as they are. */
export const basicEncoded = (text: string): string =>
  formEncoded(text).replace(/[*\-._]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
