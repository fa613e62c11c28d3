// The URLs that Stint may send requests to: https anywhere, plain http on this machine alone.

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** `hostname` as URL writes it: an IPv6 address in brackets. Names are not resolved. */
export const isLoopbackHost = (hostname: string): boolean => LOOPBACK_HOSTS.has(hostname);

/** The URL, when it is absolute, without credentials or fragment, and https (or http to a loopback host). */
export function parseEndpointUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && isLoopbackHost(url.hostname) ? url : undefined;
}

export const isEndpointUrl = (text: string): boolean => parseEndpointUrl(text) !== undefined;
