// s.yaml as Serverless Devs fills it: the part of its ${…} substitution that s.yaml uses. The only environment variables that it
// reads are those that it is given.

export type Environment = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\$\{([^}]*)\}/g;
const WHOLE_PLACEHOLDER = /^\$\{([^}]*)\}$/;
const ENV_CALL = /^env\(\s*'([^']*)'\s*(?:,\s*'([^']*)'\s*)?\)$/;
/** A variable that names a variable that names another: three deep is all that s.yaml has. */
const MAX_DEPTH = 5;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), root);
}

function substituteFor(expression: string, document: unknown, environment: Environment): unknown {
  const call = ENV_CALL.exec(expression);
  const value =
    call === null ? valueAt(document, expression.split('.')) : (environment[call[1] ?? ''] ?? call[2]);
  if (value === undefined) throw new Error(`s.yaml: nothing to put in place of \${${expression}}`);
  return value;
}

function resolveText(text: string, document: unknown, environment: Environment, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Error(`s.yaml: ${text} refers to itself`);
  const whole = WHOLE_PLACEHOLDER.exec(text);
  if (whole !== null)
    return resolveNode(
      substituteFor(whole[1] ?? '', document, environment),
      document,
      environment,
      depth + 1,
    );
  return text.replace(PLACEHOLDER, (_, expression: string) =>
    String(resolveNode(substituteFor(expression, document, environment), document, environment, depth + 1)),
  );
}

function resolveNode(node: unknown, document: unknown, environment: Environment, depth: number): unknown {
  if (typeof node === 'string')
    return node.includes('${') ? resolveText(node, document, environment, depth) : node;
  if (Array.isArray(node)) return node.map((item) => resolveNode(item, document, environment, depth));
  if (!isRecord(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, resolveNode(value, document, environment, depth)]),
  );
}

/** Replaces `${env('NAME', 'default')}` and `${path.in.the.document}` in every text; throws if there is no value. */
export function resolveVariables(document: unknown, environment: Environment): unknown {
  return resolveNode(document, document, environment, 0);
}
