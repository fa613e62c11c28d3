// The language of a page: the person's choice, or the one that the browser prefers.
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

const DEFAULT: Language = 'en';
/** RFC 9110 section 12.5.4 sets no limit; the later ones have the lowest weights. */
const MAX_RANGES = 10;

export const asLanguage = (text: string | undefined): Language | undefined =>
  LANGUAGES.find((language) => language === text);

/** Lookup by the primary subtag (RFC 4647 section 3.4): `zh-Hans-SG` matches `zh-CN`. */
function languageFor(range: string): Language | undefined {
  const [primary = ''] = range.toLowerCase().split('-');
  return LANGUAGES.find((language) => language.split('-')[0] === primary);
}

/** A range and its weight. A regular expression for the spaces would take quadratic time on thousands of them. */
function weigh(part: string): readonly [range: string, weight: number] {
  const [range = '', parameter = ''] = part.split(';', 2).map((text) => text.trim());
  const weight = parameter.startsWith('q=') ? Number(parameter.slice(2)) : 1;
  return [range, Number.isFinite(weight) ? weight : 0];
}

/** `chosen`: from the cookie. `acceptLanguage`: the header (RFC 9110 section 12.5.4). */
export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '').split(',', MAX_RANGES).map(weigh);
  const wanted = ranges.filter(([, weight]) => weight > 0).sort(([, a], [, b]) => b - a);
  const accepted = wanted.map(([range]) => languageFor(range)).find((language) => language !== undefined);
  return asLanguage(chosen) ?? accepted ?? DEFAULT;
}
