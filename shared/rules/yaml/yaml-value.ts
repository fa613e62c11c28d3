// A checked YAML node → the plain value that it stands for.
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import { offsetOf } from './check-yaml-nodes.ts';
import type { YamlAnchors } from './yaml-anchors.ts';

/** For nodes that check-yaml-nodes.ts accepts: keys are text, nothing contains itself, and every alias has an anchor. */
export function yamlValue(node: unknown, anchors: YamlAnchors): unknown {
  if (isScalar(node)) return node.value;
  if (isAlias(node)) return yamlValue(anchors.find(node, offsetOf(node)), anchors);
  if (isSeq(node)) return node.items.map((item) => yamlValue(item, anchors));
  if (!isMap(node)) return null;
  return Object.fromEntries(
    node.items.map(({ key, value }) => [isScalar(key) ? key.value : '', yamlValue(value, anchors)]),
  );
}
