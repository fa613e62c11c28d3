// The words of the field, in place of home-made ones: docs/glossary.md says what each means. A name or a comment with a
// word that only this project uses makes a reader learn the project before the code.

export interface BannedWord {
  readonly pattern: RegExp;
  /** What to write in its place. */
  readonly instead: string;
}

/** In names of values, types, members and files. */
export const NAMES: readonly BannedWord[] = [
  { pattern: /\b\w*[Ww]ish(?:es|ed)?(?![a-z])\w*/, instead: 'roleRequest, or what is asked for' },
  { pattern: /\b\w*[Cc]ircumstance\w*/, instead: 'request context' },
  { pattern: /\b\w*[Ss]uppos(?:e|ing)\w*/, instead: 'simulate, described caller' },
  { pattern: /\b\w*[Rr]ehears\w*/, instead: 'policy test' },
  { pattern: /\b\w*[Bb]lam(?:e|ing)\w*/, instead: 'record a failure' },
  { pattern: /\b\w*[Oo]bey\w*/, instead: 'handle a request' },
  { pattern: /\b\w*[Hh]appening\w*/, instead: 'audit entry' },
  { pattern: /\b\w*[Oo]bstacle\w*/, instead: 'denial detail' },
  { pattern: /\b\w*[Bb]egun\w*/, instead: 'started session, or what was started' },
  { pattern: /\b(?:say|told)[A-Z]\w*|\bheldCatalog\b/, instead: 'format…, asserted…, cachedCatalog' },
  { pattern: /\b(?:leave|take)State\b/, instead: 'issueState, consumeState' },
  { pattern: /\b(?:Moment|About|Asked|toAdd|Trail|trail)\b/, instead: 'what it holds' },
  { pattern: /\bonce\.(?:spend|settle)\b/, instead: 'consume, putIfAbsent' },
];

export const COMMENTS: readonly BannedWord[] = [
  { pattern: /\bwish(?:es|ed)?\b/i, instead: 'ask for, request' },
  { pattern: /\bcircumstances?\b/i, instead: 'request context' },
  { pattern: /\bsuppos(?:e|es|ed|ing)\b/i, instead: 'simulate, describe' },
  { pattern: /\brehears\w*/i, instead: 'policy test' },
  { pattern: /\bobstacles?\b/i, instead: 'denial detail' },
  { pattern: /\bwhom?ever\b/i, instead: 'the caller, the reader: name the party' },
];

/** In comments of the sources. Tests tell stories of people, and may. */
export const SOURCE_COMMENTS: readonly BannedWord[] = [
  { pattern: /\b(?:nobody|somebody)\b/i, instead: 'no person, another user: name the party' },
];

const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/;
const LINE_COMMENT = /(?<!:)\/\/[^\n]*/;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//;
const PIECES = new RegExp(`${BLOCK_COMMENT.source}|${LINE_COMMENT.source}|${STRING.source}`, 'g');

const isComment = (piece: string): boolean => piece.startsWith('/');

const found = (text: string, words: readonly BannedWord[]): readonly string[] =>
  words.flatMap(({ pattern, instead }) => {
    const [hit] = pattern.exec(text) ?? [];
    return hit === undefined ? [] : [`${hit} → ${instead}`];
  });

/** The first hit of each banned word in a file, with what to write instead. Text in quotes is for users, and not looked at. */
export function bannedWords(path: string, text: string): readonly string[] {
  const comments = (text.match(PIECES) ?? []).filter(isComment).join('\n');
  const names = text.replaceAll(PIECES, ' ');
  const fileName = path.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const inComments = path.startsWith('test/') ? COMMENTS : [...COMMENTS, ...SOURCE_COMMENTS];
  return [...found(`${fileName}\n${names}`, NAMES), ...found(comments, inComments)].map(
    (hit) => `${path}: ${hit}`,
  );
}
