// Where the form of "open console" may lead: the sign-in endpoint and what it redirects to. Without these in the
// pages' form-action a browser follows no redirect that comes of the form.

/** `https://signin.aliyun.com/…` → `https://*.aliyun.com`: the console redirects among its own hosts. */
function siblingsOf({ protocol, hostname }: URL): readonly string[] {
  const [, ...domain] = hostname.split('.');
  return protocol === 'https:' && domain.length > 1 ? [`https://*.${domain.join('.')}`] : [];
}

export function consoleTargets(signinEndpoint: string, consoleUrl: string): readonly string[] {
  const [signin, console] = [new URL(signinEndpoint), new URL(consoleUrl)];
  return [...new Set([signin.origin, console.origin, ...siblingsOf(signin)])];
}
