// Credentials in every format that people paste: the program that reads the format gets the same values, whatever they are.
import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCredentials } from '../../../shared/people/credential-formats.ts';

const ABOUT = { role: 'media-uploader', region: 'cn-hangzhou' };
const KEYS = {
  accessKeyId: 'STS.NUexample',
  accessKeySecret: 'secret+/=',
  securityToken: 'CAIS+/token==',
  expiration: '2026-11-22T10:00:00Z',
};

describe('credentials', () => {
  const formats = formatCredentials(KEYS, ABOUT);

  it('for a shell and for PowerShell set the variables that SDKs read', () => {
    expect(formats.shell).toBe(
      "export ALIBABA_CLOUD_ACCESS_KEY_ID='STS.NUexample'\nexport ALIBABA_CLOUD_ACCESS_KEY_SECRET='secret+/='\nexport ALIBABA_CLOUD_SECURITY_TOKEN='CAIS+/token=='",
    );
    expect(formats.powershell.split('\n')[1]).toBe("$Env:ALIBABA_CLOUD_ACCESS_KEY_SECRET = 'secret+/='");
  });

  it('for .env are read by Node.js, and bare as Docker wants them', () => {
    expect(parseEnv(formats.env)).toEqual({
      ALIBABA_CLOUD_ACCESS_KEY_ID: KEYS.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: KEYS.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: KEYS.securityToken,
    });
    expect(formats.env).not.toContain("'");
  });

  it('in JSON have the names of STS', () => {
    expect(JSON.parse(formats.json)).toEqual({
      AccessKeyId: KEYS.accessKeyId,
      AccessKeySecret: KEYS.accessKeySecret,
      SecurityToken: KEYS.securityToken,
      Expiration: KEYS.expiration,
    });
  });

  it('for the aliyun command become a profile of the role', () => {
    const words = formats.aliyun.replaceAll('\\\n', '').split(/\s+/);
    expect(words.slice(0, 9)).toEqual([
      'aliyun',
      'configure',
      'set',
      '--profile',
      "'stint-media-uploader'",
      '--mode',
      'StsToken',
      '--region',
      "'cn-hangzhou'",
    ]);
    expect(words).toContain(`'${KEYS.securityToken}'`);
  });
});

describe('whatever a credential holds', () => {
  const text = fc.string({
    minLength: 1,
    maxLength: 40,
    unit: fc.constantFrom(...'aB0+/= \'"`$\\;&|<>(){}*?!#~%^\u2018\u2019\u201a\u201b'),
  });

  it('a shell takes it as it is, and runs nothing of it', () => {
    fc.assert(
      fc.property(text, (accessKeySecret) => {
        const { shell } = formatCredentials({ ...KEYS, accessKeySecret }, ABOUT);
        const script = `${shell}\nprintf %s "$ALIBABA_CLOUD_ACCESS_KEY_SECRET"`;
        expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(accessKeySecret);
      }),
      { numRuns: 30 },
    );
  });

  /**
   * @attack Typographic quotes in PowerShell
   * @removed their doubling
   * @failed 1 of 6: PowerShell finds no end of the quotes in it
   */
  it('PowerShell finds no end of the quotes in it', () => {
    fc.assert(
      fc.property(text, (accessKeySecret) => {
        const line = formatCredentials({ ...KEYS, accessKeySecret }, ABOUT).powershell.split('\n')[1] ?? '';
        // Two quotes of any kind in a row stand for the first of them.
        const quotes = "'\u2018\u2019\u201a\u201b";
        const text = `(?:[^${quotes}]|[${quotes}]{2})*`;
        const quoted = new RegExp(`^\\$Env:ALIBABA_CLOUD_ACCESS_KEY_SECRET = '(${text})'$`).exec(line)?.[1];
        expect(quoted?.replaceAll(new RegExp(`([${quotes}])[${quotes}]`, 'g'), '$1')).toBe(accessKeySecret);
      }),
    );
  });
});
