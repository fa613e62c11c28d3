// The inputs of action.yml, checked. Each `INPUT_…` variable has the text that the workflow gives.

const DURATION = /^(\d{1,6})([hm]?)$/;
const SECONDS = { h: 3600, m: 60, '': 1 };
const SHA256 = /^[0-9a-f]{64}$/;
/** As cn-hangzhou. */
const REGION = /^[a-z0-9-]{1,64}$/;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** https, and http for this machine alone; no other host may see the job's token on its way. */
export function parseSafeUrl(text) {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
    ? url
    : undefined;
}

const refuse = (fault) => ({ ok: false, fault });

/** undefined: the longest that is granted. NaN: no duration. */
function parseSeconds(text) {
  if (text === '') return undefined;
  const [, number, unit] = DURATION.exec(text) ?? [];
  return Number(number) * SECONDS[unit ?? ''];
}

function whyRefreshIsWrong({ duration, sha256 }) {
  if (duration !== '') return 'duration has no effect with refresh: leave it out';
  if (!SHA256.test(sha256))
    return 'with refresh, cli-sha256 must be the SHA-256 of the deployment’s /cli/stint.tgz: 64 digits of 0-9a-f, from SHA256SUMS of its release';
  return undefined;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns `ok` and the inputs, of which `url` has no slash at its end, or a fault that names the input.
 */
export function readInputs(env) {
  const input = (name) => (env[`INPUT_${name}`] ?? '').trim();
  const url = parseSafeUrl(input('URL'));
  if (url === undefined || url.search !== '')
    return refuse(
      'the input url must be the https address of your Stint deployment, such as https://stint.example.com',
    );
  const role = input('ROLE');
  if (role === '') return refuse('the input role is missing: the name of the role to take');
  const refresh = input('REFRESH');
  if (refresh !== 'true' && refresh !== 'false') return refuse('the input refresh must be true or false');
  const target = input('EXPORT');
  if (target !== 'env' && target !== 'aliyun') return refuse('the input export must be env or aliyun');
  const region = input('REGION');
  if (target === 'aliyun' && !REGION.test(region))
    return refuse('export: aliyun needs the input region, such as cn-hangzhou');
  const durationSeconds = parseSeconds(input('DURATION'));
  if (Number.isNaN(durationSeconds)) return refuse('the input duration must be as 1h, 45m or 2700');
  const sha256 = input('CLI_SHA256').toLowerCase();
  const fault = refresh === 'true' ? whyRefreshIsWrong({ duration: input('DURATION'), sha256 }) : undefined;
  if (fault !== undefined) return refuse(fault);
  const address = url.href.replace(/\/$/, '');
  const audience = input('AUDIENCE') || address;
  return {
    ok: true,
    value: {
      url: address,
      role,
      audience,
      durationSeconds,
      target,
      region,
      refresh: refresh === 'true',
      sha256,
    },
  };
}
