// Bounds on markup, counted before a parser runs: the parser's time grows with the square of depth and of attributes.
// A second, stricter reading of tags as well: what it cannot follow is refused.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlFault } from './saml-fault.ts';

/** A response is 10 levels deep; canonicalisation recurses. */
const MAX_DEPTH = 16;
/**
 * A session token has room for some 360 groups with long names. Each is an element, or two where each has an attribute of its
 * own (Keycloak); the rest of a response is some 60.
 */
const MAX_ELEMENTS = 1_000;
/** A signed request of an IdP that declares every namespace it knows has about 12. */
const MAX_ATTRIBUTES = 32;

/** A tag; neither < nor an open quote within it. The alternatives begin differently, so no text is tried twice. */
const TAG = /<(?:[^<>"']|"[^"<]*"|'[^'<]*')+>/y;
const QUOTED = /"[^"]*"|'[^']*'/g;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\dA-Fa-f]{1,6});)/;

/** How much deeper the document is after the tag; undefined for a tag that is too much. */
function stepOf(tag: string): -1 | 0 | 1 | undefined {
  if (tag.startsWith('</')) return -1;
  const attributes = tag.match(QUOTED)?.length ?? 0;
  if (attributes > MAX_ATTRIBUTES) return undefined;
  return tag.endsWith('/>') ? 0 : 1;
}

export function checkComplexity(text: string): Result<void, SamlFault> {
  if (BARE_AMPERSAND.test(text) || !text.startsWith('<')) return err('xml-malformed');
  let depth = 0;
  let elements = 0;
  for (let at = 0; at >= 0; at = text.indexOf('<', TAG.lastIndex)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(text)?.[0];
    if (tag === undefined) return err('xml-malformed');
    const step = stepOf(tag);
    if (step === undefined) return err('xml-too-complex');
    depth += step;
    elements += step === -1 ? 0 : 1;
    if (depth > MAX_DEPTH || elements > MAX_ELEMENTS) return err('xml-too-complex');
  }
  return ok(undefined);
}
