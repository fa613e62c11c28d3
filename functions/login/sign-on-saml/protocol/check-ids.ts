// An ID of a SAML message names one element, whoever asks: libraries disagree on which attributes are IDs, so all that
// could be are compared. What foreign elements among themselves call twice is their own business.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { isForeign } from './content-model.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf } from './read-element.ts';

/** xs:ID without the rare characters; so no quote can get into somebody's XPath. */
const ID = /^[A-Za-z_][\w.-]{0,255}$/;
/** ID, Id, id, xml:id, and in any other namespace. */
const COULD_BE_ID = /(?:^|\})id$/i;

function* idsIn(element: XmlElement, isWanted: (element: XmlElement) => boolean): Generator<string> {
  if (isWanted(element))
    for (const [name, value] of element.attributes) if (COULD_BE_ID.test(name)) yield value;
  for (const child of element.children) yield* idsIn(child, isWanted);
}

/** `owners` must have a usable ID each; nothing anywhere may share one. */
export function checkIds(
  root: XmlElement,
  owners: readonly XmlElement[],
): Result<void, 'id-unusable' | 'id-twice'> {
  if (!owners.every((owner) => ID.test(attributeOf(owner, 'ID') ?? ''))) return err('id-unusable');
  const own = [...idsIn(root, (element) => !isForeign(element))];
  const foreign = new Set(idsIn(root, isForeign));
  const ids = new Set([...own, ...foreign]);
  return own.length + foreign.size === ids.size ? ok(undefined) : err('id-twice');
}
