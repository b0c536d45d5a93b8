import type { Started } from './processes.js'
import type { System } from './system.js'

type Owned = { epoch: number; owner: string }

async function sessionOf(system: System, accountId: string): Promise<Owned> {
  const { rows } = await system.database.query<Owned>(
    `select epoch, session_owner as owner from account where id = $1`,
    [accountId],
  )
  const [row] = rows
  if (!row) throw new Error(`no account ${accountId}`)
  return row
}

export async function epochOf(system: System, accountId: string): Promise<number> {
  return (await sessionOf(system, accountId)).epoch
}

/** The worker that took the account's session last. */
export async function ownerOf(system: System, accountId: string): Promise<Started> {
  const { owner } = await sessionOf(system, accountId)
  const worker = system.workers.find(({ pid }) => owner.endsWith(`:${pid}`))
  if (!worker) throw new Error(`${owner} is none of the test's workers`)
  return worker
}

/** kill -9 of the worker that owns the account's session. */
export async function killOwner(system: System, accountId: string): Promise<void> {
  const owner = await ownerOf(system, accountId)
  await owner.stop('SIGKILL')
}
