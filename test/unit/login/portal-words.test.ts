// The words of the pages: the language that the person or the browser prefers, and times, counts and browsers as text.
import { describe, expect, it } from 'vitest';
import { MESSAGES } from '../../../functions/login/ui/messages/message-table.ts';
import { describeBrowser } from '../../../functions/login/ui/model/describe-browser.ts';
import { formatCount, formatTime, timeLeft } from '../../../functions/login/ui/model/format.ts';
import { chooseLanguage } from '../../../functions/login/ui/model/language.ts';

describe('the language of a page', () => {
  it.each([
    ['what the person chose', 'zh-CN', 'en', 'zh-CN'],
    ['what the browser asks for first', undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['what the browser weighs most', undefined, 'en;q=0.5, zh;q=0.7', 'zh-CN'],
    ['the nearest that there is', undefined, 'zh-Hans-SG', 'zh-CN'],
    ['the first that there is', undefined, 'fr, de;q=0.9, zh;q=0.1', 'zh-CN'],
    ['not what the browser refuses', undefined, 'zh;q=0, fr', 'en'],
    ['English without a wish', undefined, undefined, 'en'],
    ['English for a wish that is none', 'klingon', ';q=,,;;q=x', 'en'],
  ])('is %s', (_, chosen, accepted, language) => {
    expect(chooseLanguage(chosen, accepted)).toBe(language);
  });
});

describe('words', () => {
  it.each([
    ['en', 1_800, '30 min'],
    ['en', 5_400, '1 h 30 min'],
    ['en', 43_200, '12 h'],
    ['en', 45, '45 s'],
    ['zh-CN', 5_400, '1 小时 30 分钟'],
    ['zh-CN', 45, '45 秒'],
  ] as const)('in %s for %i seconds are %s', (language, seconds, words) => {
    expect(MESSAGES[language].duration(seconds)).toBe(words);
  });

  it.each([
    [0, '0 roles'],
    [1, '1 role'],
    [2, '2 roles'],
  ])('count %i', (count, words) => {
    expect(formatCount(MESSAGES.en.home.count, count)).toBe(words);
  });

  it.each([
    [1_799_999, '29:59'],
    [3_600_000, '1:00:00'],
    [59_000, '0:59'],
    [-1, '0:00'],
  ])('for %i ms left are %s', (milliseconds, words) => {
    expect(timeLeft(milliseconds)).toBe(words);
  });

  it.each(['en', 'zh-CN'])('for a moment in %s say which zone it is in', (language) => {
    expect(formatTime(new Date('2026-11-22T09:30:00Z'), language)).toMatch(/30.* UTC$/);
  });
});

describe('a browser that calls itself', () => {
  const MOZILLA = 'Mozilla/5.0';
  it.each([
    [`${MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36`, 'Chrome · Linux'],
    [`${MOZILLA} (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0`, 'Edge · Windows'],
    [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1`, 'Safari · macOS'],
    [`${MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1`, 'Safari · iPhone'],
    [`${MOZILLA} (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36`, 'Chrome · Android'],
    ['curl/8.0', undefined],
    ['<script>alert(1)</script>', undefined],
    ['', undefined],
  ])('%s is %s', (userAgent, words) => {
    expect(describeBrowser(userAgent)).toBe(words);
  });
});
