// Profiles of mode External in the file of the aliyun CLI, `~/.aliyun/config.json`, which the SDKs and Terraform read too. The
// CLI starts the command of the profile whenever it needs credentials.
//
// https://www.alibabacloud.com/help/en/cli/configure-credentials (External)
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { appendObject, removeItem, removeMember, setMember } from './json-edit.ts';
import { type ArrayNode, type JsonNode, type ObjectNode, parseJsonTree } from './json-tree.ts';
import { type FileFault, faultAt, hasByteOrderMark, notOurs, type ProfileRules } from './profile-file.ts';
import { isStintCommand } from './stint-command.ts';

export interface AliyunProfile {
  readonly name: string;
  readonly command: string;
}

export interface AliyunProfiles extends ProfileRules {
  readonly profiles: readonly AliyunProfile[];
  /** Undefined: the region that the profile has, else that of the current profile. */
  readonly region: string | undefined;
  /** Makes the first of the profiles the current one. */
  readonly makeCurrent: boolean;
}

const MODE = 'External';
const MODE_KEY = 'mode';
const COMMAND = 'process_command';
const REGION = 'region_id';
const LANGUAGE = 'language';

/** Of other modes, or written back by an SDK that ran the command: they belong to the profile that is overwritten. */
const CREDENTIALS =
  /^(?:access_key_|access_token|bearer_token|cloud_sso_|credentials_uri|expired_seconds|external_id|key_pair_name|oauth_|oidc_|private_key|ram_|source_profile|sts_|verified)/;

/** As the CLI writes a new file. */
const newConfig = (current: string): string =>
  `{\n\t"current": ${JSON.stringify(current)},\n\t"profiles": [],\n\t"meta_path": ""\n}\n`;

interface Config {
  readonly root: ObjectNode;
  readonly list: ArrayNode;
  readonly current: string | undefined;
}

type Read<T> = Result<T, FileFault>;

/** The CLI takes names in any case and the last of several, the SDKs do not: one spelling means the same to all of them. */
function readMember(text: string, object: ObjectNode, name: string): Read<JsonNode | undefined> {
  const found = object.members.filter((member) => member.name.toLowerCase() === name);
  const odd = found.find((member) => member.name !== name) ?? found[1];
  return odd
    ? faultAt(text, odd.start, `“${name}” is there twice or in another case: keep one, in lower case`)
    : ok(found[0]?.value);
}

function readText(text: string, object: ObjectNode, name: string): Read<string | undefined> {
  const found = readMember(text, object, name);
  if (!found.ok) return found;
  return ok(found.value?.kind === 'string' ? found.value.value : undefined);
}

function readConfig(text: string): Read<Config> {
  if (hasByteOrderMark(text))
    return faultAt(text, 0, 'a byte order mark, which the aliyun CLI cannot read: save the file without it');
  const tree = parseJsonTree(text);
  if (!tree.ok)
    return faultAt(text, tree.error, 'no JSON, so the aliyun CLI cannot read it: correct it first');
  const root = tree.value;
  if (root.kind !== 'object') return faultAt(text, root.start, 'no JSON object: correct it first');
  const list = readMember(text, root, 'profiles');
  if (!list.ok) return list;
  if (list.value === undefined) return readConfig(setMember(text, root, 'profiles', []));
  if (list.value.kind !== 'array') return faultAt(text, list.value.start, '“profiles” is no list');
  const current = readText(text, root, 'current');
  return current.ok ? ok({ root, list: list.value, current: current.value }) : current;
}

/** Undefined where no profile has the name. */
function findProfile(text: string, { list }: Config, name: string): Read<ObjectNode | undefined> {
  let found: ObjectNode | undefined;
  for (const item of list.items) {
    if (item.kind !== 'object') return faultAt(text, item.start, 'an item of “profiles” is no object');
    const named = readText(text, item, 'name');
    if (!named.ok) return named;
    if (named.value !== name) continue;
    if (found) return faultAt(text, item.start, `there are two profiles ${name}: remove one`);
    found = item;
  }
  return ok(found);
}

function isOurs(text: string, profile: ObjectNode): boolean {
  const [mode, command] = [readText(text, profile, MODE_KEY), readText(text, profile, COMMAND)];
  return mode.ok && command.ok && mode.value === MODE && isStintCommand(command.value ?? '');
}

/** Applies `change` to the text and the profile until it changes nothing more. */
function changeProfile(
  text: string,
  name: string,
  change: (text: string, profile: ObjectNode) => string,
): Read<string> {
  const config = readConfig(text);
  if (!config.ok) return config;
  const profile = findProfile(text, config.value, name);
  if (!profile.ok) return profile;
  const changed = profile.value ? change(text, profile.value) : text;
  return changed === text ? ok(text) : changeProfile(changed, name, change);
}

/** The region and the language of a new profile. */
function defaultsOf(text: string, config: Config): { readonly region?: string; readonly language: string } {
  const current = findProfile(text, config, config.current ?? '');
  const profile = current.ok ? current.value : undefined;
  const read = (name: string): string | undefined => {
    const found = profile && readText(text, profile, name);
    return found?.ok ? found.value : undefined;
  };
  const region = read(REGION);
  return { ...(region ? { region } : {}), language: read(LANGUAGE) ?? 'en' };
}

const WHICH_REGION =
  'which region? Give --region, such as cn-hangzhou: the aliyun CLI refuses a profile without one';

function appendProfile(
  text: string,
  config: Config,
  { name, command }: AliyunProfile,
  given: string | undefined,
): Read<string> {
  const { region = given, language } = defaultsOf(text, config);
  const chosen = given ?? region;
  if (!chosen) return faultAt(text, config.list.start, WHICH_REGION);
  const members = {
    name,
    [MODE_KEY]: MODE,
    [REGION]: chosen,
    output_format: 'json',
    [LANGUAGE]: language,
    [COMMAND]: command,
  };
  return ok(appendObject(text, { root: config.root, list: config.list, members }));
}

/** Members that are no part of who the profile is stay: the language, time limits, and those that stint does not know. */
function overwriteProfile(
  text: string,
  { name, command }: AliyunProfile,
  region: string | undefined,
): Read<string> {
  const cleaned = changeProfile(text, name, (now, profile) => {
    const old = profile.members.find((member) => CREDENTIALS.test(member.name));
    return old ? removeMember(now, profile, old) : now;
  });
  const wanted = Object.entries({
    [MODE_KEY]: MODE,
    ...(region ? { [REGION]: region } : {}),
    [COMMAND]: command,
  });
  return wanted.reduce<Read<string>>(
    (done, [key, value]) =>
      done.ok ? changeProfile(done.value, name, (now, profile) => setMember(now, profile, key, value)) : done,
    cleaned,
  );
}

function putProfile(text: string, profile: AliyunProfile, change: AliyunProfiles): Read<string> {
  const config = readConfig(text);
  if (!config.ok) return config;
  const found = findProfile(text, config.value, profile.name);
  if (!found.ok) return found;
  if (!found.value) return appendProfile(text, config.value, profile, change.region);
  if (!isOurs(text, found.value) && !change.replace)
    return faultAt(text, found.value.start, notOurs(profile.name));
  const [command, region] = [readText(text, found.value, COMMAND), readText(text, found.value, REGION)];
  if (!command.ok) return command;
  if (!region.ok) return region;
  const chosen = change.region ?? region.value ?? defaultsOf(text, config.value).region;
  if (!chosen) return faultAt(text, found.value.start, WHICH_REGION);
  if (isOurs(text, found.value) && command.value === profile.command && region.value === chosen)
    return ok(text);
  return overwriteProfile(text, profile, chosen);
}

/** Gives the text of the file with the profiles. A file that has them already gives the same text. */
export function putAliyunProfiles(text: string | undefined, change: AliyunProfiles): Read<string> {
  const [first] = change.profiles;
  if (!first) return ok(text ?? '');
  const start = text === undefined || text === '' ? newConfig(first.name) : text;
  const put = change.profiles.reduce<Read<string>>(
    (done, profile) => (done.ok ? putProfile(done.value, profile, change) : done),
    ok(start),
  );
  if (!put.ok || !change.makeCurrent) return put;
  const config = readConfig(put.value);
  return config.ok ? ok(setMember(put.value, config.value.root, 'current', first.name)) : config;
}

/** The one with this name, or all that stint made. */
function removeProfiles(
  text: string | undefined,
  name: string | undefined,
  { replace }: ProfileRules,
): Read<string> {
  if (text === undefined || text === '') return ok('');
  const config = readConfig(text);
  if (!config.ok) return config;
  const { list } = config.value;
  if (name === undefined) {
    const own = list.items.find((item) => item.kind === 'object' && isOurs(text, item));
    return own ? removeProfiles(removeItem(text, list, own), name, { replace }) : ok(text);
  }
  const found = findProfile(text, config.value, name);
  if (!found.ok || !found.value) return found.ok ? ok(text) : found;
  return isOurs(text, found.value) || replace
    ? ok(removeItem(text, list, found.value))
    : faultAt(
        text,
        found.value.start,
        `stint did not make the profile ${name}: remove it with --replace, too`,
      );
}

/** Of the CLI, in a file that names none. */
const DEFAULT = 'default';

/** `current` names a profile that is there. */
function hasCurrent(text: string, config: Config): boolean {
  const found = findProfile(text, config, config.current ?? DEFAULT);
  return found.ok && found.value !== undefined;
}

/**
 * The CLI starts with no file whose current profile is missing, not even to configure another. Which comes next decides whose keys
 * programs use, so the person chooses it; where none is left, it is an empty one, as in a new file of the CLI.
 */
function withCurrent(before: string, after: string): Read<string> {
  const [old, now] = [readConfig(before), readConfig(after)];
  if (!old.ok) return old;
  if (!now.ok) return now;
  if (!hasCurrent(before, old.value) || hasCurrent(after, now.value)) return ok(after);
  const { root, list } = now.value;
  if (list.items.length === 0) {
    const members = { name: DEFAULT, [MODE_KEY]: '', output_format: 'json', [LANGUAGE]: 'en' };
    const text = appendObject(after, { root, list, members });
    const reset = readConfig(text);
    return reset.ok ? ok(setMember(text, reset.value.root, 'current', DEFAULT)) : reset;
  }
  const name = old.value.current ?? DEFAULT;
  const message = `${name} is the current profile, without which the aliyun CLI does not start: choose another first, with aliyun configure switch --profile <name>`;
  return faultAt(before, old.value.list.start, message);
}

/** Removes the profiles that stint made: the one with this name, or all. The current one goes last. */
export function removeAliyunProfiles(
  text: string | undefined,
  name: string | undefined,
  rules: ProfileRules,
): Read<string> {
  const removed = removeProfiles(text, name, rules);
  return removed.ok && text ? withCurrent(text, removed.value) : removed;
}
