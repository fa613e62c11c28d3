// Which language a page is in: what the person chose, else what their browser asks for.
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

const DEFAULT: Language = 'en';
/** RFC 9110 §12.5.4 sets no limit; nobody reads more than a few languages. */
const MAX_RANGES = 10;

export const asLanguage = (text: string | undefined): Language | undefined =>
  LANGUAGES.find((language) => language === text);

/** A language range of RFC 4647 §3.4, by lookup: `zh-Hans-SG` is served by what there is for `zh`. */
function languageFor(range: string): Language | undefined {
  const [primary = ''] = range.toLowerCase().split('-');
  return LANGUAGES.find((language) => language.split('-')[0] === primary);
}

/** Without a pattern for the spaces, which would try each of thousands anew. */
function weigh(part: string): readonly [range: string, weight: number] {
  const [range = '', parameter = ''] = part.split(';', 2).map((text) => text.trim());
  const weight = parameter.startsWith('q=') ? Number(parameter.slice(2)) : 1;
  return [range, Number.isFinite(weight) ? weight : 0];
}

export function chooseLanguage(chosen: string | undefined, acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '').split(',', MAX_RANGES).map(weigh);
  const wanted = ranges.filter(([, weight]) => weight > 0).sort(([, a], [, b]) => b - a);
  const accepted = wanted.map(([range]) => languageFor(range)).find((language) => language !== undefined);
  return asLanguage(chosen) ?? accepted ?? DEFAULT;
}
