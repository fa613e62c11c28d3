// The part of CEL that a condition may use, the claims that it names, and its cost. Everything that is not listed here is
// refused: the library has more than a decision needs, and some of it is dangerous.
import type { ASTNode } from '@marcbachmann/cel-js';
import { nearestName } from '../../kernel/nearest-name.ts';
import { MAX_CLAIM_VALUES } from './claim-values.ts';

/**
 * A step is the evaluation of one node, 20 to 100 ns. An operation that walks a list or compares whole values counts as many
 * steps as the longest claim has values, and the body of a comprehension counts as often. So a condition ends within 1 ms, and
 * within 5 ms for a caller in a thousand groups, which are five times the values of a claim; the costliest found takes 3 ms.
 */
const MAX_CONDITION_STEPS = 10_000;
/** A search for one long claim in another may try every position: 0.2 ms at worst. */
const CLAIM_SEARCH_STEPS = 50;

/**
 * Left out: `matches`, a backtracking RegExp; `cel.bind`, which doubles a text at each use; conversions, which make 1 of
 * "1"; `lowerAscii`, which folds more than ASCII; map literals, which cel-js 8.0 compares with what every object has,
 * so that a claim of `{"__proto__": {}}` equals any map of one member.
 */
const FUNCTIONS: ReadonlySet<string> = new Set(['has', 'size']);
const CONSTANT_FUNCTIONS: ReadonlySet<string> = new Set(['timestamp', 'duration']);
const METHODS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains', 'size']);
const COMPREHENSIONS: ReadonlySet<string> = new Set(['exists', 'all', 'exists_one']);

export interface Inspection {
  readonly claims: readonly string[];
  readonly usesRequest: boolean;
  readonly constants: readonly ASTNode[];
  readonly fault: { readonly at: number; readonly message: string } | undefined;
}

interface Walk {
  readonly claims: Set<string>;
  usesRequest: boolean;
  readonly constants: ASTNode[];
  readonly faults: { readonly at: number; readonly message: string }[];
}

/** The variables of the loops around a node, and whether each is a text or a number. */
type Names = ReadonlyMap<string, boolean>;

function refuseAt(walk: Walk, at: number, message: string): number {
  walk.faults.push({ at, message });
  return 0;
}

const refuse = (walk: Walk, node: ASTNode, message: string): number => refuseAt(walk, node.start, message);

const sum = (walk: Walk, nodes: readonly ASTNode[], names: Names): number =>
  nodes.reduce((steps, node) => steps + stepsOf(walk, node, names), 1);

const isClaims = (node: ASTNode): boolean => node.op === 'id' && node.args === 'claims';
const textOf = (node: ASTNode): string | undefined =>
  node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
/** Is the node certainly no list and no map, so that a comparison is one step? */
function isScalar(node: ASTNode, names: Names): boolean {
  if (node.op === 'id') return names.get(node.args) ?? (node.args === 'subject' || node.args === 'provider');
  if (node.op === '.') return node.args[0].op === 'id' && node.args[0].args === 'request';
  return node.op === 'value';
}

/** `groups` holds texts alone. */
const holdsScalars = (range: ASTNode, names: Names): boolean =>
  range.op === 'list' ? range.args.every((item) => isScalar(item, names)) : range.args === 'groups';

const isTaken = (name: string, names: Names): boolean =>
  names.has(name) || CONDITION_VARIABLES.some((variable) => variable === name);

const mostItems = (node: ASTNode): number => (node.op === 'list' ? node.args.length : MAX_CLAIM_VALUES);

function stepsOfComprehension(walk: Walk, node: ASTNode, names: Names): number {
  if (node.op !== 'rcall') return 0;
  const [, range, [variable, predicate]] = node.args;
  if (variable?.op !== 'id' || !predicate) return refuse(walk, node, 'give a name and a test');
  const name = variable.args;
  if (isTaken(name, names)) return refuse(walk, variable, 'use another name');
  const each = stepsOf(walk, predicate, new Map([...names, [name, holdsScalars(range, names)]]));
  return 1 + stepsOf(walk, range, names) + mostItems(range) * each;
}

function stepsOfCall(walk: Walk, node: ASTNode, names: Names): number {
  if (node.op === 'rcall') {
    const [method, receiver, args] = node.args;
    if (COMPREHENSIONS.has(method)) return stepsOfComprehension(walk, node, names);
    if (!METHODS.has(method)) return refuseAt(walk, receiver.end + 1, explainCall(method));
    const searches = method === 'contains' && args.some((arg) => arg.op !== 'value');
    return (searches ? CLAIM_SEARCH_STEPS : 0) + sum(walk, [receiver, ...args], names);
  }
  if (node.op !== 'call') return 0;
  const [name, args] = node.args;
  if (FUNCTIONS.has(name)) return sum(walk, args, names);
  if (!CONSTANT_FUNCTIONS.has(name)) return refuse(walk, node, explainCall(name));
  if (!args.every((arg) => textOf(arg) !== undefined)) {
    return refuse(walk, node, 'give a text in quotes, as in timestamp("2030-01-01T00:00:00Z")');
  }
  walk.constants.push(node);
  return 1 + args.length;
}

/** The claim that the node names. `claims` is allowed only with a name, so only named claims are read, each within limits. */
function claimNamed(node: ASTNode): string | undefined {
  if (node.op === '.' && isClaims(node.args[0])) return node.args[1];
  if (node.op === '[]' && isClaims(node.args[0])) return textOf(node.args[1]);
  return node.op === 'in' && isClaims(node.args[1]) ? textOf(node.args[0]) : undefined;
}

/** Steps of one comparison: equal values are walked to their ends. */
const toCompare = (left: ASTNode, right: ASTNode, names: Names): number =>
  isScalar(left, names) || isScalar(right, names) ? 1 : MAX_CLAIM_VALUES;

function stepsOfMembership(walk: Walk, [item, range]: readonly [ASTNode, ASTNode], names: Names): number {
  const each =
    range.op === 'list'
      ? range.args.reduce((steps, other) => steps + toCompare(item, other, names), 0)
      : MAX_CLAIM_VALUES;
  return each + sum(walk, [item, range], names);
}

function stepsOfMember(walk: Walk, [object, member]: readonly [ASTNode, string], names: Names): number {
  const isRequest = object.op === 'id' && object.args === 'request';
  return isRequest && !REQUEST_MEMBERS.includes(member)
    ? refuseAt(walk, object.end + 1, explainMember(member))
    : sum(walk, [object], names);
}

function stepsOf(walk: Walk, node: ASTNode, names: Names): number {
  const claim = claimNamed(node);
  if (claim !== undefined) {
    walk.claims.add(claim);
    return 2;
  }
  switch (node.op) {
    case 'value':
      return ['string', 'bigint', 'number', 'boolean'].includes(typeof node.args) || node.args === null
        ? 1
        : refuse(walk, node, 'use texts, numbers, true, false and null only');
    case 'id':
      if (node.args === 'request' && !names.has('request')) walk.usesRequest = true;
      if (isClaims(node)) return refuse(walk, node, 'name the claim: claims.<name> or claims["<name>"]');
      return isTaken(node.args, names) ? 1 : refuse(walk, node, explainName(node.args));
    case '.':
      return stepsOfMember(walk, node.args, names);
    case 'call':
    case 'rcall':
      return stepsOfCall(walk, node, names);
    case '==':
    case '!=':
      return toCompare(node.args[0], node.args[1], names) + sum(walk, node.args, names);
    case 'in':
      return stepsOfMembership(walk, node.args, names);
    case '!_':
    case '-_':
      return sum(walk, [node.args], names);
    case '[]':
    case 'list':
    case '||':
    case '&&':
    case '?:':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return sum(walk, node.args, names);
    default:
      return refuse(walk, node, 'write no {maps} and no optional access');
  }
}

export function inspectCondition(root: ASTNode): Inspection {
  const walk: Walk = { claims: new Set(), usesRequest: false, constants: [], faults: [] };
  const steps = stepsOf(walk, root, new Map());
  if (steps > MAX_CONDITION_STEPS) refuse(walk, root, 'make it cheaper: put fewer lists into lists');
  const { claims, usesRequest, constants, faults } = walk;
  return { claims: [...claims], usesRequest, constants, fault: faults[0] };
}

const CONDITION_VARIABLES = ['claims', 'groups', 'provider', 'subject', 'request'] as const;
const REQUEST_MEMBERS: readonly string[] = ['role', 'durationSeconds', 'sourceIp', 'time'];

const CALLS = [
  'has',
  'size',
  'timestamp',
  'duration',
  'startsWith',
  'endsWith',
  'contains',
  'exists',
  'all',
  'exists_one',
] as const;
const CALL_HELP = `use ${CALLS.slice(0, -1).join(', ')} and ${CALLS.at(-1)} only`;

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
  ['nil', 'null'],
]);

/** The name that the author likely meant, and the names that exist. */
function offer(written: string, known: readonly string[], help: string): string {
  const nearest = nearestName(written, known);
  return nearest === undefined ? help : `did you mean ${nearest}? ${help}`;
}

const explainCall = (name: string): string => offer(name, CALLS, CALL_HELP);

function explainName(name: string): string {
  const constant = CONSTANTS.get(name.toLowerCase());
  if (constant !== undefined) return `write ${constant}`;
  const help = `use the variables ${CONDITION_VARIABLES.join(', ')} only; a claim of the token is claims.<name>`;
  return offer(name, CONDITION_VARIABLES, help);
}

const explainMember = (name: string): string =>
  `no such key: ${offer(name, REQUEST_MEMBERS, `request has ${REQUEST_MEMBERS.join(', ')}`)}`;
