import type { Names } from './scene.js'

/** Schemathesis' own settings, as TOML. The token comes from the environment. */
export function settingsText({
  names,
  examples,
  seed,
  hasToken,
}: {
  names: Names
  examples: number
  seed: number
  hasToken: boolean
}): string {
  return [
    `seed = ${seed}`,
    'continue-on-failure = true',
    // Longer than the API lets a request take.
    'request-timeout = 320',
    'max-redirects = 0',
    '[cache]',
    'enabled = false',
    ...(hasToken ? ['[auth.openapi.token]', `bearer = "\${${tokenVariable}}"`] : []),
    '[generation]',
    'mode = "all"',
    `max-examples = ${examples}`,
    'database = "none"',
    ...checks,
    // Whoever may watch is told events for half an hour.
    ...(hasToken ? ['[[operations]]', 'include-path-regex = "/events$"', 'enabled = false'] : []),
    // An account that was just added has no code to scan yet.
    '[[operations]]',
    'include-path-regex = "/pairing/qr[.]"',
    'checks.ensure_resource_availability.enabled = false',
    ...dictionaries(names),
  ].join('\n')
}

export const tokenVariable = 'CARILLON_FUZZ_TOKEN'

const refusals = ['400', '401', '403', '404', '405', '406', '409', '412', '413', '414', '415', '422', '428']

/** What a schema cannot say is refused, too (422): a time in words that are none, a group that is not there. */
const checks = [
  // Our own check says which of these may be.
  '[checks.not_a_server_error]',
  `expected-statuses = ["2xx", "3xx", "4xx", "5xx"]`,
  '[checks.positive_data_acceptance]',
  `expected-statuses = ${list(['2xx', ...refusals, '5xx'])}`,
  '[checks.negative_data_rejection]',
  `expected-statuses = ${list([...refusals, '5xx'])}`,
]

const times = ['2035-01-01T08:00', 'tomorrow 09:00', 'monday 08:00', '2024-01-01T08:00']

/** What is there, and what reads as a time or an address, more often than chance would have it. */
function dictionaries(names: Names): string[] {
  const words: Record<string, readonly string[]> = {
    accounts: names.kept.account,
    keys: names.kept.key,
    runs: names.kept.run,
    endpoints: names.kept.endpoint,
    tokens: names.kept.token,
    bots: names.kept.bot,
    people: names.kept.name,
    updates: names.update,
    events: names.event,
    ordinals: ['0', '1'],
    receivers: [names.receiver],
    recipients: [...names.jid, '+254700000001', 'Class 1', 'all groups'],
    times,
    durations: ['30m', '1h30m', '2d'],
    zones: ['UTC', 'Africa/Nairobi'],
    rules: ['0 8 * * MON', '*/5 * * * *'],
    days: ['08:00'],
  }
  const bound: [parameter: string, dictionary: string, share: number][] = [
    ['path.account', 'accounts', 0.8],
    ['path.key', 'keys', 0.8],
    ['path.run', 'runs', 0.8],
    ['path.endpoint', 'endpoints', 0.8],
    ['path.token', 'tokens', 0.8],
    ['path.bot', 'bots', 0.8],
    ['path.name', 'people', 0.8],
    ['path.update', 'updates', 0.8],
    ['path.event', 'events', 0.8],
    ['path.ordinal', 'ordinals', 0.8],
    ['body.account', 'accounts', 0.7],
    ['body.to', 'recipients', 0.5],
    ['body.url', 'receivers', 0.7],
    ['body.at', 'times', 0.7],
    ['body.start', 'times', 0.7],
    ['body.until', 'times', 0.7],
    ['body.occurrence', 'times', 0.5],
    ['body.by', 'durations', 0.7],
    ['body.catchUp', 'durations', 0.7],
    ['body.deliverWithin', 'durations', 0.7],
    ['body.zone', 'zones', 0.8],
    ['body.cron', 'rules', 0.7],
  ]
  return [
    ...Object.entries(words).flatMap(([name, values]) => [
      `[dictionaries.${name}]`,
      `values = ${list(values)}`,
    ]),
    '[parameters]',
    ...bound.map(
      ([parameter, dictionary, probability]) =>
        `"${parameter}" = { dictionary = "${dictionary}", probability = ${probability} }`,
    ),
  ]
}

/** TOML's basic strings are written as JSON's. */
function list(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`
}
