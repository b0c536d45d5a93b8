import { StackError } from '../../src/stack/errors.js'
import { apiServices } from './apis.js'
import { Backup } from './backup.js'
import { accountId } from '../demo/scene.js'
import type { TopologySystem } from './system.js'
import { workerServices, type WorkerService } from './workers.js'

export type Disturbance = { name: string; disturb: () => Promise<void>; after?: () => Promise<void> }

/** What happens to a running system in its life, each in the middle of a run. */
export function disturbancesOf(system: TopologySystem, backupTools?: string): Disturbance[] {
  const { workers, servers, apis } = system
  let killed: WorkerService | undefined
  return [
    {
      name: 'A worker is killed',
      disturb: async () => {
        killed = await ownerOf(system)
        workers.kill(killed)
      },
      // Its restart policy would start it at once; the other one is to do it alone.
      after: async () => {
        if (killed !== undefined) await workers.start(killed)
      },
    },
    {
      name: 'The workers and the APIs are replaced',
      disturb: async () => {
        for (const service of workerServices) {
          await workers.stop(service)
          await workers.start(service)
        }
        for (const service of apiServices) {
          await apis.stop(service)
          await apis.start(service)
        }
      },
    },
    { name: 'Temporal is upgraded', disturb: () => servers.upgradeTemporal() },
    ...(backupTools === undefined
      ? []
      : [{ name: 'All data is moved by a backup', disturb: () => moveData(system, backupTools) }]),
  ]
}

/** The runbook's "Backup and restore", from the first command to the last. */
async function moveData({ setting, workers, servers }: TopologySystem, tools: string): Promise<void> {
  const backup = new Backup(setting, tools)
  for (const service of workerServices) await workers.stop(service)
  await backup.take()
  await servers.stopTemporal()
  await backup.loseEverything()
  await servers.runOneShot('databases')
  await backup.restore()
  await servers.startTemporal()
  await servers.runOneShot('migrations')
  for (const service of workerServices) await workers.start(service)
}

/** The worker that owns the account's socket: the one whose end matters most. */
async function ownerOf({ client, workers }: TopologySystem): Promise<WorkerService> {
  const { rows } = await client.database.query<{ owner: string }>(
    'select session_owner as owner from account where id = $1',
    [accountId],
  )
  const service = workers.serviceOfOwner(rows[0]?.owner ?? '')
  if (service === undefined)
    throw new StackError(`The account's session is owned by '${rows[0]?.owner}', which is no worker of ours.`)
  return service
}
