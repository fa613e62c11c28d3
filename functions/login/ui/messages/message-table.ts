// The messages of every language.
import type { Language } from '../model/language.ts';
import { EN } from './en.ts';
import type { Messages } from './message-keys.ts';
import { ZH_CN } from './zh-cn.ts';

export const MESSAGES = { en: EN, 'zh-CN': ZH_CN } as const satisfies Record<Language, Messages>;
