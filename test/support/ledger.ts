import { randomUUID } from 'node:crypto'
import type { Part, ReminderDefinition } from '../../src/domain/definition.js'
import { setAccountState, takeLease } from '../../src/store/accounts/accounts.js'
import { onlyRow, type Database } from '../../src/store/database.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { insertReminder } from '../../src/store/reminders/reminders.js'
import { prepareRun, setRunState, type NewRun } from '../../src/store/runs/runs.js'

const operator = 'school'

export async function addAccount(database: Database, id: string, ratePerMinute = 1_000): Promise<void> {
  await insertAccount(database, { id, operator, ratePerMinute })
}

/** Of an operator, who asks for the first time. */
export function newRequest(): { requestId: string } {
  return { requestId: randomUUID() }
}

/** The account with a session; the epoch is its owner's. */
export async function connectAccount(database: Database, accountId: string): Promise<number> {
  const lease = await takeLease(database, { accountId, owner: 'test' })
  if (!lease) throw new Error(`no account ${accountId}`)
  await setAccountState(database, { accountId, epoch: lease.epoch, state: 'connected' })
  return lease.epoch
}

/** A reminder and what the run of its one occurrence is made of; the run itself is not prepared. */
export async function defineRun(
  database: Database,
  {
    accountId,
    key,
    recipients,
    parts = texts(2),
    policies = {},
  }: {
    accountId: string
    key: string
    recipients: string[]
    parts?: Part[]
    policies?: Partial<ReminderDefinition>
  },
): Promise<NewRun> {
  const scheduledAt = '2026-11-24T06:00:00Z'
  const definition: ReminderDefinition = {
    version: 2,
    account: accountId,
    audience: { kind: 'list', recipients },
    parts,
    schedule: { kind: 'once', at: scheduledAt, zone: 'UTC' },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 0,
    deliverWithinMs: 3_600_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
    ...policies,
  }
  const digest = await saveDefinition(database, definition)
  await insertReminder(database, { operator, dedupeKey: key, digest, definition, nextFire: scheduledAt })
  return {
    runId: `run:${operator}/${key}@${scheduledAt}`,
    operator,
    dedupeKey: key,
    accountId,
    digest,
    scheduledAt,
    deadline: new Date(Date.now() + 3_600_000).toISOString(),
    priority: 5,
  }
}

/** A run that holds its account's lock and may send. */
export async function startRun(database: Database, run: NewRun): Promise<{ token: number }> {
  await prepareRun(database, run)
  const { runId, accountId } = run
  const token = await grantLock(database, { accountId, runId })
  await setRunState(database, { runId, state: 'running', reason: null, lockToken: token })
  return { token }
}

/** The lock to this run, as if its turn had come. Returns the token. @throws where another holds it */
export async function grantLock(
  database: Database,
  { accountId, runId }: { accountId: string; runId: string },
): Promise<number> {
  const { rows } = await database.query<{ token: number }>(
    `update account set lock_token = lock_token + 1, lock_since = now(), lock_holder = $2
     where id = $1 and lock_holder is null returning lock_token as token`,
    [accountId, runId],
  )
  return onlyRow(rows, 'the lock is taken').token
}

export function texts(count: number): Part[] {
  return Array.from({ length: count }, (_, part) => ({ kind: 'text', text: `part ${part}` }))
}

export function groupJid(number: number): string {
  return `120363${String(number).padStart(12, '0')}@g.us`
}
