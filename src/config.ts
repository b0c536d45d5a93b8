import { z } from 'zod'
import { ConfigError } from './settings/config-error.js'
import {
  defaultDeviceName,
  expectedDeviceName,
  readDeviceName,
  type DeviceName,
} from './domain/accounts/device-name.js'
import { operatorPattern } from './domain/ids.js'
import { originList, proxyList } from './settings/lists.js'
import { parseKeyRing, type RingKey } from './settings/key-ring-text.js'
import { isSecret, withSecretFiles } from './settings/secret-files.js'
import { connectionTo, postgresVariables } from './store/connection.js'
import { readTemporal, temporalVariables, type TemporalSecurity } from './settings/temporal-connection.js'

export { ConfigError }

// Unset and empty are the same for a number: a Compose file passes on what is not set as an empty text.
const number = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (typeof text === 'string' && text.trim() === '' ? undefined : text), schema)

const port = z.coerce.number().int().min(0).max(65_535)

// Unset and empty are the same, as OpenTelemetry has it.
const otlpEndpoint = z
  .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'expected an http(s) URL')
  .optional()

const encryptionKeys = z.string().transform((text, context) => {
  try {
    return parseKeyRing(text)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
})

// WhatsApp keeps a message 30 days for a device that is away, which may then ask for it again.
const leastRetentionDays = 31
const retentionReason = `expected at least ${leastRetentionDays}: devices ask again for messages of the last 30 days`

// Who asks what was sent asks for a year back.
const leastReceiptsDays = 365
const receiptsReason = `expected at least ${leastReceiptsDays}`

export const defaultApiPort = 8400

const variables = z.object({
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  CARILLON_HOME: z.string().min(1).default('.carillon'),
  CARILLON_OPERATOR: z
    .string()
    .regex(operatorPattern, 'expected a–z, 0–9 and -, 40 at most')
    .default('local'),
  CARILLON_ENCRYPTION_KEY: encryptionKeys.optional(),
  CARILLON_ACCEPT_ENCRYPTION_KEY: z
    .string()
    .regex(/^([0-9a-f]{8})?$/, 'expected the fingerprint of the key, eight digits 0–9 and a–f')
    .optional(),
  CARILLON_TEMPORAL_PORT: number(port.default(7233)),
  CARILLON_UI_PORT: number(port.default(8233)),
  CARILLON_TEMPORAL_UI_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'expected an http(s) URL')
    .optional(),
  CARILLON_POSTGRES_PORT: number(port.default(5433)),
  CARILLON_WHATSAPP_URL: z.url({ protocol: /^wss?$/ }).optional(),
  CARILLON_WHATSAPP_VERSION: z
    .string()
    .regex(/^(\d+\.\d+\.\d+)?$/, 'expected a version of WhatsApp Web, for example 2.3000.1043857760')
    .transform((text) =>
      text === '' ? undefined : (text.split('.').map(Number) as [number, number, number]),
    )
    .optional(),
  CARILLON_DEVICE_NAME: z
    .string()
    .refine((text) => text === '' || readDeviceName(text) !== undefined, expectedDeviceName)
    .optional(),
  CARILLON_RETENTION_DAYS: number(
    z.coerce.number().int().min(leastRetentionDays, retentionReason).max(36_500).default(90),
  ),
  CARILLON_RECEIPTS_DAYS: number(
    z.coerce.number().int().min(leastReceiptsDays, receiptsReason).max(36_500).optional(),
  ),
  CARILLON_RECONCILE_MINUTES: number(z.coerce.number().int().min(1).max(1_440).default(10)),
  CARILLON_API_PORT: number(port.optional()),
  CARILLON_API_HOST: z.string().min(1).default('127.0.0.1'),
  CRON_SECRET: z.string().min(16).optional(),
  CARILLON_TRUSTED_PROXIES: proxyList,
  CARILLON_CORS_ORIGINS: originList,
  CARILLON_TELEGRAM_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'expected an http(s) URL')
    .optional(),
  CARILLON_TELEGRAM_HANDLERS: z.string().optional(),
  CARILLON_CODEC_ORIGINS: originList,
  CARILLON_MAX_SESSIONS: number(z.coerce.number().int().min(1).max(10_000).default(100)),
  CARILLON_MAX_CACHED_WORKFLOWS: number(z.coerce.number().int().min(10).max(100_000).default(300)),
  CARILLON_METRICS_PORT: number(port.optional()),
  CARILLON_METRICS_ADDRESS: z.union([z.ipv4(), z.ipv6()], 'expected an IP address').default('127.0.0.1'),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpEndpoint,
  CARILLON_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'expected an http(s) URL')
    .optional(),
  CARILLON_TOKEN: z.string().optional(),
  CARILLON_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** The meaning of each variable, and its default where the schema does not have that. */
const meanings: Record<keyof typeof variables.shape, { meaning: string; unset?: string }> = {
  TEMPORAL_ADDRESS: { meaning: 'a Temporal server of yours', unset: 'one is started' },
  TEMPORAL_NAMESPACE: { meaning: 'the namespace in it' },
  DATABASE_URL: { meaning: 'a Postgres of yours', unset: 'one is started' },
  CARILLON_HOME: { meaning: 'the folder of the data' },
  CARILLON_OPERATOR: { meaning: 'whose accounts and reminders these are' },
  CARILLON_ENCRYPTION_KEY: {
    meaning:
      'the keys that encrypt what is stored, 32 bytes in base64 each, the current one first ([encryption](encryption.md))',
    unset: 'made and kept in `.carillon/encryption.key` for the built-in Postgres',
  },
  CARILLON_ACCEPT_ENCRYPTION_KEY: {
    meaning: 'the fingerprint of a key that takes the place of one that is lost ([runbook](runbook.md))',
    unset: 'none',
  },
  CARILLON_TEMPORAL_PORT: { meaning: 'the port of the Temporal that is started' },
  CARILLON_UI_PORT: { meaning: 'the port of its Web UI' },
  CARILLON_TEMPORAL_UI_URL: {
    meaning: 'the Temporal Web UI that the console leads owners to',
    unset: 'that of the Temporal that `npm start` starts, else none',
  },
  CARILLON_POSTGRES_PORT: { meaning: 'the port of the Postgres that is started' },
  CARILLON_WHATSAPP_URL: { meaning: 'another WhatsApp: the local one', unset: "WhatsApp's own" },
  CARILLON_WHATSAPP_VERSION: {
    meaning: 'the version of WhatsApp Web that the sessions say they are, for when WhatsApp refuses it (405)',
    unset: 'that of Baileys; a newer one is looked up when it is refused',
  },
  CARILLON_DEVICE_NAME: {
    meaning:
      'how the phone lists the devices that are linked from now on: a browser and a system, or a name of yours in its place, as in `Chrome (Front office)`',
    unset: '`Chrome (Windows)`',
  },
  CARILLON_RETENTION_DAYS: { meaning: 'what ended longer ago is purged' },
  CARILLON_RECEIPTS_DAYS: {
    meaning:
      'receipts that were written longer ago are cut off, with a signed checkpoint ([audit](audit.md))',
    unset: 'they are kept',
  },
  CARILLON_RECONCILE_MINUTES: { meaning: 'how often Postgres and Temporal are compared' },
  CARILLON_API_PORT: {
    meaning: 'the port of the HTTP API',
    unset: '8400 with `npm start`, and with `CRON_SECRET`; else none',
  },
  CARILLON_API_HOST: { meaning: 'the address that it listens on' },
  CRON_SECRET: {
    meaning: 'turns `POST /api/cron/process-scheduled` on, for who sends it as a bearer token',
    unset: 'off',
  },
  CARILLON_TRUSTED_PROXIES: {
    meaning:
      'proxies in front of the API whose `X-Forwarded-For`, `-Proto` and `-Host` are believed: addresses, CIDRs, or `loopback`, `linklocal`, `uniquelocal`, separated by commas',
    unset: 'none is believed',
  },
  CARILLON_CORS_ORIGINS: {
    meaning: 'pages of other origins that may use the API with a token, separated by commas',
    unset: 'none',
  },
  CARILLON_TELEGRAM_URL: {
    meaning: 'another server of the Bot API: one of your own, or the local one',
    unset: "Telegram's own",
  },
  CARILLON_TELEGRAM_HANDLERS: {
    meaning: 'a module with handlers of yours for updates of bots ([Telegram](telegram.md))',
    unset: 'the remote control alone',
  },
  CARILLON_CODEC_ORIGINS: {
    meaning:
      'Temporal Web UIs that may have payloads opened for who is signed in at the API, as origins separated by commas ([encryption](encryption.md))',
    unset: 'none',
  },
  CARILLON_MAX_SESSIONS: { meaning: 'accounts whose sessions one worker may own' },
  CARILLON_MAX_CACHED_WORKFLOWS: {
    meaning:
      'workflows that a worker keeps in memory between their steps, 0.2 MB each; those that sleep need not be, and six for each account that sends at once is plenty',
  },
  CARILLON_METRICS_PORT: {
    meaning: 'the port where Prometheus scrapes `/metrics`; 0 takes any free one',
    unset: 'no metrics',
  },
  CARILLON_METRICS_ADDRESS: { meaning: 'the address of that; `0.0.0.0` lets other machines in' },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning: "where traces go, by OTLP/HTTP; OpenTelemetry's other variables count too",
    unset: 'no traces',
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { meaning: 'the same, for traces alone', unset: 'that of all signals' },
  CARILLON_URL: {
    meaning: 'the API by way of which the commands act, in place of Temporal and Postgres',
    unset: 'none',
  },
  CARILLON_TOKEN: { meaning: 'the token that they send to it', unset: 'none' },
  CARILLON_LOG_LEVEL: { meaning: '`debug`, `info`, `warn`, `error` or `silent`' },
}

export const variableNames = Object.keys(variables.shape)

export type DescribedVariable = { name: string; meaning: string; unset: string }

/** Those that other tools read, too: by the libraries of Temporal and Postgres. */
export const standardVariables: DescribedVariable[] = [...temporalVariables, ...postgresVariables]

/** For docs/configuration.md. */
export function describedVariables(): DescribedVariable[] {
  return Object.entries(meanings).map(([name, { meaning, unset }]) => {
    const { data } = variables.shape[name as keyof typeof meanings].safeParse(undefined)
    return { name, meaning, unset: unset ?? `\`${data as string | number}\`` }
  })
}

export type Config = {
  temporalAddress: string | undefined
  temporalNamespace: string
  /** Of the Temporal that the environment names. */
  temporalSecurity: TemporalSecurity
  databaseUrl: string | undefined
  /** The folder of the embedded stack's data. */
  home: string
  operator: string
  /** The key ring, the current key first; none where it is empty. */
  encryptionKeys: readonly RingKey[]
  /** The file that they were read from, which is read again when it changes. */
  encryptionKeyFile: string | undefined
  /** The fingerprint of a key that may take the place of one that is lost. */
  acceptedKey: string | undefined
  temporalPort: number
  uiPort: number
  /** Of the Temporal Web UI that the console leads to; it leads to none where this is undefined. */
  temporalUiUrl: string | undefined
  postgresPort: number
  /** Another WhatsApp than WhatsApp's own: the local one. */
  whatsappUrl: string | undefined
  whatsappVersion: [number, number, number] | undefined
  deviceName: DeviceName
  /** Whatever is older is purged. */
  retentionDays: number
  /** Receipts that were written longer ago are cut off; undefined keeps them. */
  receiptsDays: number | undefined
  reconcileMinutes: number
  /** Where the HTTP API listens; there is none without it. */
  apiPort: number | undefined
  apiHost: string
  /** Whoever knows it may ask for a reconcile by HTTP. */
  cronSecret: string | undefined
  /** Addresses, CIDRs and names of ranges. */
  trustedProxies: string[]
  corsOrigins: string[]
  /** Of the Bot API; Telegram's own when undefined. */
  telegramUrl: string | undefined
  /** A module of more handlers of bots. */
  telegramHandlers: string | undefined
  codecOrigins: string[]
  maxSessions: number
  /** How many workflows a worker keeps in memory between their steps. */
  maxCachedWorkflows: number
  /** Where Prometheus scrapes; no metrics when undefined. */
  metricsPort: number | undefined
  metricsAddress: string
  /** Whether spans are exported; where to and how is OpenTelemetry's own to read. */
  traces: boolean
  /** Of the API that the commands go through, with the token for it. */
  remote: { url: string; token: string } | undefined
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** @throws ConfigError that names every bad variable at once, with its value where that is no secret. */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const secrets = withSecretFiles(environment)
  const temporal = readTemporal(secrets.environment)
  const parsed = variables.safeParse(temporal.environment)
  const problems = [
    ...secrets.problems,
    ...temporal.problems,
    ...(parsed.success ? databaseProblems(parsed.data.DATABASE_URL, environment) : []),
    ...(parsed.error?.issues ?? []).map((issue) => problemText(issue, temporal.environment)),
  ]
  if (!parsed.success || problems.length > 0)
    throw new ConfigError(
      `The environment has ${problems.length} bad variable(s):\n  ${problems.join('\n  ')}`,
    )
  const values = parsed.data
  return {
    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    temporalSecurity: temporal.security,
    databaseUrl: values.DATABASE_URL,
    home: values.CARILLON_HOME,
    operator: values.CARILLON_OPERATOR,
    encryptionKeys: values.CARILLON_ENCRYPTION_KEY ?? [],
    encryptionKeyFile: environment['CARILLON_ENCRYPTION_KEY_FILE'] || undefined,
    acceptedKey: values.CARILLON_ACCEPT_ENCRYPTION_KEY,
    temporalPort: values.CARILLON_TEMPORAL_PORT,
    uiPort: values.CARILLON_UI_PORT,
    temporalUiUrl: values.CARILLON_TEMPORAL_UI_URL || undefined,
    postgresPort: values.CARILLON_POSTGRES_PORT,
    whatsappUrl: values.CARILLON_WHATSAPP_URL,
    whatsappVersion: values.CARILLON_WHATSAPP_VERSION,
    deviceName: readDeviceName(values.CARILLON_DEVICE_NAME ?? '') ?? defaultDeviceName,
    retentionDays: values.CARILLON_RETENTION_DAYS,
    receiptsDays: values.CARILLON_RECEIPTS_DAYS,
    reconcileMinutes: values.CARILLON_RECONCILE_MINUTES,
    apiPort: values.CARILLON_API_PORT ?? (values.CRON_SECRET === undefined ? undefined : defaultApiPort),
    apiHost: values.CARILLON_API_HOST,
    cronSecret: values.CRON_SECRET,
    trustedProxies: values.CARILLON_TRUSTED_PROXIES,
    corsOrigins: values.CARILLON_CORS_ORIGINS,
    telegramUrl: values.CARILLON_TELEGRAM_URL || undefined,
    telegramHandlers: values.CARILLON_TELEGRAM_HANDLERS || undefined,
    codecOrigins: values.CARILLON_CODEC_ORIGINS,
    maxSessions: values.CARILLON_MAX_SESSIONS,
    maxCachedWorkflows: values.CARILLON_MAX_CACHED_WORKFLOWS,
    metricsPort: values.CARILLON_METRICS_PORT,
    metricsAddress: values.CARILLON_METRICS_ADDRESS,
    traces: Boolean(values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || values.OTEL_EXPORTER_OTLP_ENDPOINT),
    remote: remoteOf(values),
    logLevel: values.CARILLON_LOG_LEVEL,
  }
}

/** @throws ConfigError for an address without a token */
function remoteOf({
  CARILLON_URL: url,
  CARILLON_TOKEN: token,
}: z.output<typeof variables>): Config['remote'] {
  if (url === undefined || url === '') return undefined
  if (token !== undefined && token !== '') return { url, token }
  throw new ConfigError(
    'CARILLON_TOKEN: CARILLON_URL is set, and the API there takes a token. Make one where Carillon runs (`carillon token create <name> --role editor`), or unset CARILLON_URL.',
  )
}

function problemText(issue: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  const name = String(issue.path[0])
  const value = isSecret(name) ? '' : `, got '${environment[name] ?? ''}'`
  return `${name}: ${issue.message}${value}`
}

function databaseProblems(databaseUrl: string | undefined, environment: NodeJS.ProcessEnv): string[] {
  try {
    if (databaseUrl !== undefined) connectionTo(databaseUrl, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [error.message]
    throw error
  }
}
