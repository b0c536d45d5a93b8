import { SimulatorClient, type Endpoints } from '../../simulator/client.js'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { createTestDatabase, testKey, type TestDatabase } from './database.js'
import { createTestNamespace, type TestNamespace } from './namespace.js'
import { keepDump } from './personal/dump.js'
import { rememberWhatsApp } from './personal/register.js'
import { startProgram, type Started } from './processes.js'

export type System = TestNamespace & {
  database: TestDatabase['database']
  databaseUrl: string
  whatsapp: SimulatorClient
  client: CarillonClient
  operator: string
  /** The worker that was started last. */
  worker(): Started
  /** All workers that were started, running or not. */
  workers: readonly Started[]
  /** With `environment`, it reaches the services in its own way. */
  startWorker(environment?: NodeJS.ProcessEnv): Promise<Started>
  whatsappUrl: string
  /** Adds an account to Carillon and to WhatsApp, and links them by QR. */
  pairAccount(options: { id: string; phone: string; ratePerMinute?: number }): Promise<void>
  /** Links the account by QR: the first time, or again. */
  linkAccount(options: { id: string; phone: string }): Promise<void>
  createGroups(options: { phone: string; groups: number; members: number }): Promise<TestGroup[]>
  close(): Promise<void>
}

export type TestGroup = { jid: string; members: string[] }

const operator = 'school'

/** The whole system, as in production, but for WhatsApp: worker and WhatsApp are processes of their own. */
export async function startSystem(
  /** A Temporal of the test's own; else a namespace in the one that the files share. */
  own?: TestNamespace,
  /** A database of the test's own; else a new one in the Postgres that the files share. */
  ownDatabase?: TestDatabase,
  /** Of all workers, beside what says where the services are. */
  ofWorkers: NodeJS.ProcessEnv = {},
): Promise<System> {
  const [namespace, testDatabase] = await Promise.all([
    own ?? createTestNamespace(),
    ownDatabase ?? createTestDatabase(),
  ])
  const { url, database } = testDatabase
  const simulator = startProgram('whatsapp', ['dist/simulator/main.js', '--json'], {})
  const endpoints = JSON.parse(await simulator.line((line) => line.startsWith('{'))) as Endpoints
  const whatsapp = new SimulatorClient(endpoints.controlUrl)
  const client = createCarillonClient({ temporal: namespace.temporal, database, operator })

  const workers: Started[] = []
  const startWorker = async (environment: NodeJS.ProcessEnv = {}) => {
    const worker = startProgram(
      'worker',
      ['--import', './dist/simulator/trust.js', 'dist/src/worker-main.js'],
      {
        TEMPORAL_ADDRESS: namespace.address,
        TEMPORAL_NAMESPACE: namespace.namespace,
        DATABASE_URL: url,
        CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
        CARILLON_WHATSAPP_URL: endpoints.whatsappUrl,
        SIMULATOR_TRUST: endpoints.trustFile,
        NODE_EXTRA_CA_CERTS: endpoints.caFile,
        ...ofWorkers,
        ...environment,
      },
    )
    workers.push(worker)
    await worker.line((line) => line.includes('"worker started"'))
    return worker
  }
  await startWorker()

  const linkAccount: System['linkAccount'] = async (account) => await linkByQr({ client, whatsapp }, account)

  let nextMember = 15_552_000_000
  let nextGroup = 1
  return {
    ...namespace,
    database,
    databaseUrl: url,
    whatsapp,
    whatsappUrl: endpoints.whatsappUrl,
    client,
    operator,
    startWorker,
    workers,
    worker() {
      const worker = workers.at(-1)
      if (!worker) throw new Error('no worker was started')
      return worker
    },
    async pairAccount({ id, phone, ratePerMinute = 10_000 }) {
      await whatsapp.createAccount({ phone })
      await client.accounts.add({ id, ratePerMinute })
      await linkAccount({ id, phone })
    },
    linkAccount,
    async createGroups({ phone, groups, members }) {
      const created: TestGroup[] = []
      for (let i = 0; i < groups; i++) {
        const people = Array.from({ length: members }, () => String(nextMember++))
        const jid = `120363${String(nextGroup++).padStart(12, '0')}@g.us`
        await whatsapp.createGroup({ jid, subject: `Class ${nextGroup}`, members: [phone, ...people] })
        created.push({ jid, members: people })
      }
      return created
    },
    async close() {
      for (const worker of workers) await worker.stop('SIGKILL')
      await rememberWhatsApp(whatsapp)
      await simulator.stop()
      await namespace.close()
      await keepDump(url)
      await testDatabase.close()
    },
  }
}

/** Links the account by QR, by a client of whoever calls. */
export async function linkByQr(
  { client, whatsapp }: Pick<System, 'client' | 'whatsapp'>,
  { id, phone }: { id: string; phone: string },
): Promise<void> {
  const scans: Promise<unknown>[] = []
  const result = await client.accounts.pair({
    id,
    method: 'qr',
    // Only the first is scanned: the phone links one device, once.
    onChallenge: ({ challenge }) => {
      if (scans.length === 0) scans.push(whatsapp.scanQr({ account: phone, qr: challenge }))
    },
  })
  await Promise.all(scans)
  if (result.kind !== 'connected') throw new Error(`pairing ended as ${JSON.stringify(result)}`)
}

/** An instant a moment from now, as the caller of `create` gives it. */
export function soon(inMs = 1_500): string {
  return new Date(Date.now() + inMs).toISOString()
}
