// The ways in which a page is looked at: every theme, width and language.
import { LANGUAGES } from '../../functions/login/ui/model/language.ts';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
const DEVICES = ['phone', 'desktop'] as const;

export const LOOKS = LANGUAGES.flatMap((language) =>
  DEVICES.flatMap((device) =>
    THEMES.map((theme) => ({
      name: `${language}-${device}-${theme}`,
      context: { locale: language, colorScheme: theme, viewport: WIDTHS[device] },
    })),
  ),
);
