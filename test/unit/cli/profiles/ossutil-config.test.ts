// The editor of ~/.ossutilconfig: it sets the URL of the agent, and does not leave keys that ossutil would use before it.
import { describe, expect, it } from 'vitest';
import {
  putOssutilSettings,
  removeOssutilSettings,
} from '../../../../clients/cli/profiles/ossutil-config.ts';

const URL_OF_AGENT = `http://127.0.0.1:9911/${'s'.repeat(43)}/media`;
const settings = { url: URL_OF_AGENT, region: 'cn-hangzhou', replace: false };

it('writes a new file with an endpoint over TLS', () => {
  const text = `[Credentials]\nlanguage = EN\nendpoint = https://oss-cn-hangzhou.aliyuncs.com\n\n[AkService]\necsAk = ${URL_OF_AGENT}\n`;
  expect(putOssutilSettings(undefined, settings)).toEqual({ ok: true, value: text });
  expect(putOssutilSettings(text, settings)).toEqual({ ok: true, value: text });
});

describe('a file that is there', () => {
  const FILE = '# mine\r\n[Credentials]\r\nendpoint=e:1\r\n[Bucket-Endpoint]\r\nb=c\r\n';

  it('keeps every byte, and has them again without the URL', () => {
    const put = putOssutilSettings(FILE, { ...settings, region: undefined });
    expect(put).toEqual({ ok: true, value: `${FILE}\r\n[AkService]\r\necsAk = ${URL_OF_AGENT}\r\n` });
    expect(removeOssutilSettings(put.ok ? put.value : '')).toEqual({ ok: true, value: FILE });
  });

  it.each(['accessKeyID', 'access-key-secret', 'sts_token', 'mode'])(
    'with %s is refused, or loses it with --replace',
    (key) => {
      const text = `[Credentials]\n${key}=canary\nendpoint=e\n`;
      expect(putOssutilSettings(text, settings)).toMatchObject({ ok: false, error: { line: 2 } });
      expect(putOssutilSettings(text, { ...settings, replace: true })).toEqual({
        ok: true,
        value: `[Credentials]\nendpoint=e\n\n[AkService]\necsAk = ${URL_OF_AGENT}\n`,
      });
    },
  );

  it('with another URL is refused, and keeps it when stint’s is removed', () => {
    const text = '[Credentials]\n[AkService]\necsAk=http://127.0.0.1/mine\n';
    expect(putOssutilSettings(text, settings)).toMatchObject({ ok: false, error: { line: 3 } });
    expect(removeOssutilSettings(text)).toEqual({ ok: true, value: text });
  });

  it('with a section twice is refused', () => {
    const text = '[Credentials]\n[AkService]\n[AkService]\n';
    expect(putOssutilSettings(text, settings)).toMatchObject({ ok: false, error: { line: 3 } });
  });
});

it('asks for a region where the file tells no endpoint', () => {
  const put = putOssutilSettings(undefined, { ...settings, region: undefined });
  expect(put).toMatchObject({ ok: false, error: { message: expect.stringContaining('--region') } });
});
