// A chart of lines as an SVG file. It has no text but its own, and its colours follow the reader's: dark on a dark page.

interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  /** Says in words what the chart shows, for readers who do not see it. */
  readonly description: string;
  readonly lines: readonly Line[];
  /** A limit, drawn across, with its name. */
  readonly limit: { readonly at: number; readonly name: string };
  /** What a step along the x axis is called, and how many values it takes. */
  readonly steps: { readonly every: number; readonly nameOf: (step: number) => string };
}

const WIDTH = 860;
const HEIGHT = 320;
const LEFT = 52;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 54;
/** Of WCAG 2.2, 1.4.11: each has a contrast of more than 3 to the page in its scheme. */
const COLOURS = [
  { light: '#0b62a4', dark: '#6cb6ff' },
  { light: '#b54708', dark: '#f69d50' },
  { light: '#1a7f37', dark: '#57ab5a' },
] as const;

const STYLE = `
  svg { background: #ffffff; color: #1f2328; font: 12px system-ui, sans-serif; }
  text { fill: currentColor; }
  .grid { stroke: currentColor; opacity: .15; }
  .limit { stroke: #cf222e; stroke-dasharray: 6 4; }
${COLOURS.map(({ light }, i) => `  .line${i} { stroke: ${light}; }`).join('\n')}
  path { fill: none; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; color: #e6edf3; }
    .limit { stroke: #ff7b72; }
${COLOURS.map(({ dark }, i) => `    .line${i} { stroke: ${dark}; }`).join('\n')}
  }
`;

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The round number at or above the value: 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

const at = (value: number): string => value.toFixed(1);

export function renderChart({ title, description, lines, limit, steps }: Chart): string {
  const count = Math.max(2, ...lines.map(({ values }) => values.length));
  const top = roundUp(Math.max(limit.at, ...lines.flatMap(({ values }) => values)) * 1.05);
  const x = (i: number): number => LEFT + (i / (count - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const heights = [0, 1, 2, 3, 4].map((part) => (part / 4) * top);
  const marks = Array.from({ length: Math.floor((count - 1) / steps.every) + 1 }, (_, i) => i * steps.every);
  const pathOf = (values: readonly number[]): string =>
    values.map((value, i) => `${i === 0 ? 'M' : 'L'}${at(x(i))} ${at(y(value))}`).join('');
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeText(title)}</title>`,
    `<desc id="description">${escapeText(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<text x="${LEFT}" y="18" font-weight="600">${escapeText(title)}</text>`,
    ...heights.map(
      (height) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(height))}" y2="${at(y(height))}"/>` +
        `<text x="${LEFT - 8}" y="${at(y(height) + 4)}" text-anchor="end">${Math.round(height)}</text>`,
    ),
    ...marks.map(
      (i) =>
        `<text x="${at(x(i))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${escapeText(steps.nameOf(i / steps.every))}</text>`,
    ),
    ...lines.map(({ values }, i) => `<path class="line${i % COLOURS.length}" d="${pathOf(values)}"/>`),
    `<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(limit.at))}" y2="${at(y(limit.at))}"/>`,
    `<text x="${WIDTH - RIGHT}" y="${at(y(limit.at) - 5)}" text-anchor="end">${escapeText(limit.name)}</text>`,
    ...lines.map(
      ({ name }, i) =>
        `<line class="line${i % COLOURS.length}" stroke-width="3" x1="${LEFT + i * 270}" x2="${LEFT + i * 270 + 18}" y1="${HEIGHT - 18}" y2="${HEIGHT - 18}"/>` +
        `<text x="${LEFT + i * 270 + 24}" y="${HEIGHT - 14}">${escapeText(name)}</text>`,
    ),
    '</svg>',
  ].join('\n')}\n`;
}
