// The icons of the portal. Text with the same meaning stands next to each, so they are hidden from screen readers.
const DRAWINGS = {
  outward: 'M6 3.5H3.5v9h9V10M9 3.5h3.5V7M12.5 3.5 7.5 8.5',
  key: 'M8.5 10.5a3 3 0 1 1-6 0 3 3 0 0 1 6 0M7.8 8.2l5-5M10.5 5.5l2 2',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  loupe: 'M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0M10 10l3.5 3.5',
  back: 'M13 8H3.5M7 4 3 8l4 4',
} as const;
type Drawing = keyof typeof DRAWINGS;

/** The definitions that Icon refers to, once per page, because a list of roles repeats the same two icons. */
export const Drawings = () => (
  <svg hidden aria-hidden="true">
    {Object.entries(DRAWINGS).map(([name, path]) => (
      <symbol id={`i-${name}`} viewBox="0 0 16 16">
        <path d={path} />
      </symbol>
    ))}
  </svg>
);

export const Icon = ({ of }: { of: Drawing }) => (
  <svg aria-hidden="true">
    <use href={`#i-${of}`} />
  </svg>
);

/** The logo: a stint is a part of a clock's round. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <circle class="mark-ring" cx="12" cy="12" r="9.5" />
    <path class="mark-part" d="M12 12V5a7 7 0 0 1 6.06 10.5z" />
  </svg>
);

export const Alert = () => (
  <svg class="alert-mark" viewBox="0 0 48 48" aria-hidden="true">
    <circle cx="24" cy="24" r="20" />
    <path d="M24 14v13M24 33v.5" />
  </svg>
);
