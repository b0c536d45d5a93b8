import { Client, Connection } from '@temporalio/client'
import type { PayloadCodec } from '@temporalio/common'
import { createPayloadCodec } from '../codec/payload-codec.js'
import { describeHome } from '../stack/home.js'
import { readRunningStack } from '../stack/running-stack.js'
import { openDatabase, type Database } from '../store/database.js'
import type { Config } from '../config.js'
import type { Way } from '../domain/ways.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import type { TemporalSecurity } from '../settings/temporal-connection.js'
import { temporalTrouble, troubleText } from '../settings/temporal-trouble.js'
import { traceClient } from './temporal/tracing.js'
import { createCarillonClient, type CarillonClient, type ForAccess } from './client.js'
import { keyRingOf } from './encryption-key.js'
import { CarillonError } from './errors.js'
import { createKeys, type Keys } from './keys/keys.js'
import { createOperators, type Operators } from './operators/operators.js'
import { scopes } from './operators/scopes.js'
import { explainPostgresError, withPostgresErrors } from './postgres-errors.js'

export type Addresses = {
  temporalAddress: string
  temporalNamespace: string
  temporalSecurity: TemporalSecurity
  databaseUrl: string
  /** The Temporal Web UI, where it is known. */
  webUiUrl?: string
}

export type ConnectedClient = CarillonClient & {
  operators: Operators
  keys: Keys
  /** What the holder of a token sees and may do. */
  forOperator: ForAccess
  temporal: Client
  /** What its payloads are sealed and opened by. */
  codec: PayloadCodec
  /** The keys of this process. */
  ring: KeyRing
  database: Database
  addresses: Addresses
  close(): Promise<void>
}

const connectTimeoutMs = 10_000

/**
 * Where Temporal and Postgres are: what the environment names, else what `npm start` runs in this home.
 * @throws CarillonError `unreachable`
 */
export function findAddresses(config: Config): Addresses {
  const { temporalAddress, databaseUrl, temporalNamespace, temporalSecurity } = config
  if (temporalAddress !== undefined && databaseUrl !== undefined)
    return { temporalAddress, databaseUrl, temporalNamespace, temporalSecurity }
  const stack = readRunningStack(config.home)
  if (stack === undefined)
    throw new CarillonError(
      'unreachable',
      `Carillon is not running here (${describeHome(config.home).path}): start it with \`npm start\`, or set TEMPORAL_ADDRESS and DATABASE_URL.`,
    )
  return {
    temporalAddress: temporalAddress ?? stack.temporalAddress,
    temporalNamespace: temporalAddress === undefined ? stack.temporalNamespace : temporalNamespace,
    temporalSecurity,
    databaseUrl: databaseUrl ?? stack.databaseUrl,
    ...(stack.webUiUrl !== undefined && { webUiUrl: stack.webUiUrl }),
  }
}

/** @throws CarillonError `unreachable` or `not_ready`, with what to do */
export async function connectCarillon(
  config: Config,
  {
    maxConnections = 4,
    via,
  }: {
    /** To Postgres. */ maxConnections?: number
    /** How it is asked, for the audit; `library` when not given. */ via?: Way
  } = {},
): Promise<ConnectedClient> {
  const addresses = findAddresses(config)
  const ring = keyRingOf(config)
  const database = openDatabase(addresses.databaseUrl, { ring, maxConnections, maxLifetimeS: 30 })
  const tracing = await traceClient(config)
  const codec = createPayloadCodec(ring)
  try {
    const [connection] = await Promise.all([connectTemporal(addresses), checkDatabase(database)])
    const temporal = new Client({
      connection,
      namespace: addresses.temporalNamespace,
      dataConverter: { payloadCodecs: [codec] },
      ...(tracing && { interceptors: tracing.client }),
    })
    const shared = { temporal, database, telegramUrl: config.telegramUrl }
    const context = { ...shared, operator: config.operator, ...(via && { via }) }
    return {
      ...createCarillonClient(context),
      operators: withPostgresErrors(createOperators(context)),
      keys: withPostgresErrors(createKeys(context, config)),
      forOperator: scopes(shared),
      temporal,
      codec,
      ring,
      database,
      addresses,
      close: async () => {
        await connection.close()
        await database.end()
        await tracing?.stop()
      },
    }
  } catch (error) {
    await database.end()
    throw error
  }
}

async function connectTemporal({ temporalAddress, temporalSecurity }: Addresses): Promise<Connection> {
  try {
    return await Connection.connect({
      ...temporalSecurity,
      address: temporalAddress,
      connectTimeout: connectTimeoutMs,
    })
  } catch (error) {
    const trouble = await temporalTrouble(temporalAddress, temporalSecurity, error)
    throw new CarillonError('unreachable', troubleText(trouble), { cause: error })
  }
}

async function checkDatabase(database: Database): Promise<void> {
  let isPrepared: boolean | undefined
  try {
    const { rows } = await database.query<{ found: boolean }>(
      `select to_regclass('reminder') is not null as found`,
    )
    isPrepared = rows[0]?.found
  } catch (error) {
    throw explainPostgresError(error)
  }
  if (isPrepared !== true)
    throw new CarillonError(
      'not_ready',
      'The database is empty: a worker prepares it when it starts. Start Carillon with `npm start`.',
    )
}
