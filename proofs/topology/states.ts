import { Client } from 'pg'
import { apiServices } from './apis.js'
import type { ServiceState } from './report.js'
import type { TopologySystem } from './system.js'
import { temporalServerVersion, temporalUiVersion } from './temporal-programs.js'
import { workerServices } from './workers.js'

/**
 * Each long-running service with the answer of its own health check.
 * @throws StackError when a worker's or an API's fails
 */
export async function serviceStates({
  setting,
  servers,
  workers,
  apis,
}: TopologySystem): Promise<ServiceState[]> {
  const health = async (service: 'temporal' | 'temporal-ui') =>
    (await servers.isHealthy(service)) ? 'healthy' : 'unhealthy'
  const { postgres, temporal } = await factsOf(setting.adminUrl)
  return [
    { service: 'postgres', what: `Postgres ${postgres}`, health: 'healthy' },
    {
      service: 'temporal',
      what: `Temporal ${temporalServerVersion} on Postgres, schema ${temporal.schema}: ${temporal.events} history events there`,
      health: await health('temporal'),
    },
    {
      service: 'temporal-ui',
      what: `Temporal Web UI ${temporalUiVersion}`,
      health: await health('temporal-ui'),
    },
    ...(await Promise.all(
      workerServices.map(async (service) => ({
        service,
        what: 'Carillon worker',
        health: `healthy: ${await workers.checkHealth(service)}`,
      })),
    )),
    ...(await Promise.all(
      apiServices.map(async (service) => ({
        service,
        what: 'Carillon API',
        health: `healthy: ${await apis.checkHealth(service)}`,
      })),
    )),
  ]
}

/** From Postgres itself: that Temporal keeps its histories there, and with which schema. */
async function factsOf(adminUrl: string) {
  const [version] = await query<{ server_version: string }>(adminUrl, 'show server_version')
  const temporalUrl = adminUrl.replace(/[^/]+$/, 'temporal')
  const [schema] = await query<{ curr_version: string }>(
    temporalUrl,
    'select curr_version from schema_version',
  )
  const [events] = await query<{ count: string }>(temporalUrl, 'select count(*)::text from history_node')
  return {
    postgres: version?.server_version ?? 'unknown',
    temporal: { schema: schema?.curr_version ?? 'unknown', events: events?.count ?? '0' },
  }
}

async function query<T extends object>(connectionString: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}
