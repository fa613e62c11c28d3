// What a grant demands beyond the caller's identity, and what its credentials are limited to afterwards.
import * as z from 'zod';
import { parseNetwork } from '../../kernel/ip-network.ts';
import { differByCase, hasStraySpace } from '../../ram/parse-policy.ts';
import { STS_DURATION_SECONDS } from './role.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A city, or UTC. Fixed offsets and abbreviations would ignore daylight saving time without saying so. */
const ZONE_NAME = /^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2})$/;
const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const END_OF_DAY = '24:00';

function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const isEnd = (text: string): boolean => text === END_OF_DAY || CLOCK_TIME.test(text);

/** Hours of the week in which a grant is open, by the clock of a time zone. */
export const TimeWindow = z
  .strictObject({
    timeZone: z
      .string()
      .refine(isTimeZone, 'name a time zone as in the IANA database, such as Asia/Shanghai, or UTC'),
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(WEEKDAYS.length)
      .describe('The days on which the window opens. It may close on the next day.'),
    from: z.string().regex(CLOCK_TIME, 'write a time as "09:00", in quotes'),
    to: z.string().refine(isEnd, 'write a time as "17:30", in quotes; "24:00" is the end of the day'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: 'make it differ from the start: a whole day is from "00:00" to "24:00"',
  });
export type TimeWindow = z.infer<typeof TimeWindow>;

/** Below 60 s, differences of clocks would use up the credentials' life. */
export const EFFECTIVE_SECONDS = { min: 60, max: STS_DURATION_SECONDS.max } as const;

/** Each stands in every Allow of a session policy of 2,048 bytes. */
const MAX_NETWORKS = 20;
const MAX_TAGS = 10;
const MAX_TIME_WINDOWS = 14;
/** A wider network would hardly be a limit. */
const LEAST_PREFIX = { ipv4: 16, ipv6: 32 } as const;
export const ADDRESS_BITS = { ipv4: 32, ipv6: 128 } as const;
const MAX_AUTH_AGE_SECONDS = 30 * 86_400;

/** With host bits set, a text means another network than it seems to. */
function isExactNetwork(text: string): boolean {
  const network = parseNetwork(text);
  const address = parseNetwork(text.split('/')[0] ?? '');
  return network !== undefined && network.base === address?.base;
}

const Network = z
  .string()
  .refine(
    isExactNetwork,
    'write an IPv4 or IPv6 address, or a network such as 203.0.113.0/24 or 2001:db8::/32',
  );

const PinSourceIp = z.union(
  [
    z.boolean(),
    z.strictObject({
      ipv4PrefixLength: z.int().min(LEAST_PREFIX.ipv4).max(ADDRESS_BITS.ipv4).default(ADDRESS_BITS.ipv4),
      ipv6PrefixLength: z.int().min(LEAST_PREFIX.ipv6).max(ADDRESS_BITS.ipv6).default(ADDRESS_BITS.ipv6),
    }),
  ],
  'write true, or ipv4PrefixLength and ipv6PrefixLength',
);

/** No wildcards, no variables of RAM, and no invisible characters. */
const TAG_TEXT = /^[^*?$\p{C}]{1,128}$/u;
const TAG_HELP = 'use 1 to 128 characters, without *, ? and $';
/** As in a condition key: a tag that RAM's language cannot name would refuse every request. */
const TagKey = z
  .string()
  .regex(TAG_TEXT, TAG_HELP)
  .refine(
    (key) => !hasStraySpace(`acs:ResourceTag/${key}`),
    'remove the space around the name, or beside its : or /',
  );
const Tags = z
  .record(TagKey, z.string().regex(TAG_TEXT, TAG_HELP))
  .refine((tags) => !differByCase(Object.keys(tags)), 'keep one of the tags whose names differ by case only')
  .refine(
    (tags) => Object.keys(tags).length > 0 && Object.keys(tags).length <= MAX_TAGS,
    `use 1 to ${MAX_TAGS} tags`,
  );

export const Constraints = z.strictObject({
  sourceIp: z
    .array(Network)
    .min(1)
    .max(MAX_NETWORKS)
    .optional()
    .describe('The networks from which the caller must come, and from which the credentials work.'),
  pinSourceIp: PinSourceIp.optional().describe(
    'The credentials work only from the caller’s address or network.',
  ),
  secureTransport: z.boolean().optional().describe('The credentials work over TLS only.'),
  effectiveSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(EFFECTIVE_SECONDS.max)
    .optional()
    .describe('The credentials stop working after this time, also if STS issues them for longer.'),
  withinToken: z.boolean().optional().describe('The credentials end no later than the caller’s own token.'),
  resourceGroup: z
    .string()
    .regex(/^rg-[a-z0-9]{1,32}$/, 'write the id of a resource group, such as rg-acfmxazb4ph6aiy')
    .optional()
    .describe('The credentials work only for resources of this resource group.'),
  tags: Tags.optional().describe('The credentials work only for resources with all these tags.'),
  timeWindows: z
    .array(TimeWindow)
    .min(1)
    .max(MAX_TIME_WINDOWS)
    .optional()
    .describe('The grant counts in these hours, and the credentials end with them.'),
  dpop: z
    .boolean()
    .optional()
    .describe('The caller must prove that it has a key: with DPoP, or a client certificate.'),
  mfa: z.boolean().optional().describe('The caller must have used a second factor (amr, RFC 8176; or acr).'),
  maxAuthAgeSeconds: z
    .int()
    .min(EFFECTIVE_SECONDS.min)
    .max(MAX_AUTH_AGE_SECONDS)
    .optional()
    .describe('The caller must have signed in at most this long ago (auth_time).'),
});
export type Constraints = z.infer<typeof Constraints>;

/** Of a grant that gives no credentials: there is nothing to pin, to tag or to end. */
export const RequestConstraints = Constraints.pick({
  sourceIp: true,
  timeWindows: true,
  dpop: true,
  mfa: true,
  maxAuthAgeSeconds: true,
});
