import { randomInt } from 'node:crypto'
import { StackError } from '../../src/stack/errors.js'
import { choosePorts } from '../../src/stack/ports.js'

const names = [
  'postgres',
  'frontend',
  'frontendHttp',
  'frontendMembership',
  'history',
  'historyMembership',
  'matching',
  'matchingMembership',
  'worker',
  'workerMembership',
  'ui',
  'api-1',
  'api-2',
] as const

export type Ports = Record<(typeof names)[number], number>

// Temporal keeps the ports of its services in a column of 16 bits with a sign.
const lowest = 15_000
const highest = 32_767
const attempts = 10

/** Free ones: in containers, each service has an address of its own instead. */
export async function chooseTopologyPorts(): Promise<Ports> {
  for (let attempt = 1; ; attempt++)
    try {
      const chosen = await choosePorts(
        names.map((what) => ({ what, variable: '', defaultPort: randomInt(lowest, highest + 1) })),
        {},
      )
      return Object.fromEntries(names.map((name, index) => [name, chosen[index] ?? 0])) as Ports
    } catch (error) {
      // One of them is in use, or two are the same: others are as good.
      if (!(error instanceof StackError) || attempt === attempts) throw error
    }
}

/**
 * What differs from the environment in docker-compose.yml, by service, since here all services share one machine:
 * addresses and ports only.
 */
export function addressesOf(
  ports: Ports,
  { adminUrl, projectRoot }: { adminUrl: string; projectRoot: string },
): Record<string, Record<string, string>> {
  const host = '127.0.0.1'
  return {
    databases: { POSTGRES_ADMIN_URL: adminUrl },
    'temporal-schema': { SQL_HOST: host, SQL_PORT: String(ports.postgres) },
    temporal: {
      POSTGRES_SEEDS: host,
      DB_PORT: String(ports.postgres),
      BIND_ON_IP: host,
      DYNAMIC_CONFIG_FILE_PATH: `${projectRoot}/deploy/temporal-dynamic-config.yaml`,
      FRONTEND_GRPC_PORT: String(ports.frontend),
      FRONTEND_HTTP_PORT: String(ports.frontendHttp),
      FRONTEND_MEMBERSHIP_PORT: String(ports.frontendMembership),
      HISTORY_GRPC_PORT: String(ports.history),
      HISTORY_MEMBERSHIP_PORT: String(ports.historyMembership),
      MATCHING_GRPC_PORT: String(ports.matching),
      MATCHING_MEMBERSHIP_PORT: String(ports.matchingMembership),
      WORKER_GRPC_PORT: String(ports.worker),
      WORKER_MEMBERSHIP_PORT: String(ports.workerMembership),
    },
    'temporal-ui': { TEMPORAL_UI_PORT: String(ports.ui) },
    'api-1': { CARILLON_API_HOST: host, CARILLON_API_PORT: String(ports['api-1']) },
    'api-2': { CARILLON_API_HOST: host, CARILLON_API_PORT: String(ports['api-2']) },
  }
}

/** Addresses inside of values, such as that of DATABASE_URL. */
export function onThisMachine(value: string, ports: Ports): string {
  return value
    .replaceAll('postgres:5432', `127.0.0.1:${ports.postgres}`)
    .replaceAll('temporal:7233', `127.0.0.1:${ports.frontend}`)
    .replaceAll('127.0.0.1:7243', `127.0.0.1:${ports.frontendHttp}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.ui}`)
}
