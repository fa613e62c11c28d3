// The form that opens the console may lead to the hosts of the sign-in and of the console, and to no others.
import { describe, expect, it } from 'vitest';
import { consoleTargets } from '../../../functions/login/request/security-headers.ts';

/** What a person may ask to arrive at. */
const CONSOLES = ['https://*.console.aliyun.com', 'https://*.console.alibabacloud.com'];

describe('the form of the console may lead to', () => {
  it.each([
    [
      'https://signin.aliyun.com/federation',
      'https://homenew.console.aliyun.com/',
      [
        'https://signin.aliyun.com',
        'https://homenew.console.aliyun.com',
        'https://*.aliyun.com',
        ...CONSOLES,
      ],
    ],
    [
      'http://127.0.0.1:9005/federation',
      'http://127.0.0.1:9005/console',
      ['http://127.0.0.1:9005', ...CONSOLES],
    ],
    ['https://localhost/federation', 'https://localhost/', ['https://localhost', ...CONSOLES]],
  ])('%s and %s with its siblings', (signin, console, targets) => {
    expect(consoleTargets(signin, console)).toEqual(targets);
  });
});
