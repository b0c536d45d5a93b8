import type { ReminderDefinition } from '../../src/domain/definition.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { replaceGroups } from '../../src/store/accounts/groups.js'
import { setAccountState, takeLease } from '../../src/store/accounts/accounts.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { sealingOf, type Database } from '../../src/store/database.js'
import { definitionDigest, saveDefinitions } from '../../src/store/reminders/definitions.js'
import { insertReminders } from '../../src/store/reminders/new-reminders.js'
import { prepareRun } from '../../src/store/runs/runs.js'

export const operator = 'school'
const accountId = 'office'
const batch = 500
const dayMs = 86_400_000

export type ConsoleScene = { runId: string; lastReminder: string; firstReminder: string }

/** A school with much to say: what its lists show, put into Postgres as the store puts it, and nothing under way. */
export async function fillConsole(
  database: Database,
  { reminders, targets, say }: { reminders: number; targets: number; say: (text: string) => void },
): Promise<ConsoleScene> {
  say(`${targets} groups`)
  await insertAccount(database, { id: accountId, operator, ratePerMinute: 40 })
  const lease = await takeLease(database, { accountId, owner: 'proof' })
  if (lease === undefined) throw new Error(`there is no account ${accountId}`)
  const { epoch } = lease
  const groups = Array.from({ length: targets }, (_, index) => ({
    jid: groupJid(index),
    subject: nameOf(index),
    participants: 30,
    metadata: {},
  }))
  await replaceGroups(database, { accountId, epoch, groups, changed: [] })
  await setAccountState(database, { accountId, epoch, state: 'connected', jid: '15550004001@s.whatsapp.net' })

  say(`${reminders} reminders`)
  const nowMs = Date.now()
  for (let from = 0; from < reminders; from += batch)
    await createReminders(database, { from, to: Math.min(reminders, from + batch), nowMs })

  say(`A run to ${targets} groups`)
  const key = 'to-all'
  const digest = await saved(
    database,
    definitionOf(
      0,
      groups.map(({ jid }) => jid),
    ),
  )
  await insertReminders(database, {
    operator,
    reminders: [{ dedupeKey: key, accountId, digest, nextFire: null, cursor: undefined }],
  })
  const scheduledAt = new Date(nowMs - 3_600_000).toISOString()
  const runId = runWorkflowId(operator, key, scheduledAt)
  await prepareRun(database, {
    runId,
    operator,
    dedupeKey: key,
    accountId,
    digest,
    scheduledAt,
    deadline: new Date(nowMs + dayMs).toISOString(),
    priority: 5,
  })
  for (const statement of ended) await database.query(statement, [runId])
  await database.query('vacuum analyze')
  return { runId, lastReminder: `notice-${reminders - 1}`, firstReminder: 'notice-0' }
}

async function createReminders(
  database: Database,
  { from, to, nowMs }: { from: number; to: number; nowMs: number },
): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index)
  const of = await Promise.all(numbers.map(async (number) => await digested(database, definitionOf(number))))
  await saveDefinitions(database, new Map(of))
  await insertReminders(database, {
    operator,
    reminders: numbers.map((number, index) => ({
      dedupeKey: `notice-${number}`,
      accountId,
      digest: of[index]?.[0] ?? '',
      nextFire: new Date(nowMs + dayMs + number * 60_000).toISOString(),
      cursor: undefined,
    })),
  })
}

async function digested(
  database: Database,
  definition: ReminderDefinition,
): Promise<[digest: string, definition: ReminderDefinition]> {
  return [definitionDigest(await sealingOf(database), definition), definition]
}

async function saved(database: Database, definition: ReminderDefinition): Promise<string> {
  const [digest, one] = await digested(database, definition)
  await saveDefinitions(database, new Map([[digest, one]]))
  return digest
}

function groupJid(index: number): string {
  return `120363${String(1_000_000 + index).padStart(12, '0')}@g.us`
}

/** Some of them long, from right to left, or with an emoji. */
function nameOf(index: number): string {
  if (index % 50 === 7) return `كرة القدم ${index}`
  if (index % 50 === 9)
    return `Orchestra – rehearsals and concerts, with the parents of the little ones ${index} 🎻`
  return `Parents ${index}`
}

const said = 'Dear parents, please bring a packed lunch, _rain clothes_ and the signed form. '

/** A text of some lines to a class's groups; every fifth one again and again. */
function definitionOf(
  number: number,
  recipients = Array.from({ length: 25 }, (_, index) => groupJid((number + index) % 100)),
): ReminderDefinition {
  return {
    version: 2,
    account: accountId,
    audience: { kind: 'list', recipients },
    parts: [{ kind: 'text', text: `*Notice ${number}* of the school 🔔\n\n${said.repeat(4)}` }],
    schedule:
      number % 5 === 0
        ? {
            kind: 'recurring',
            zone: 'Africa/Nairobi',
            start: '2030-01-01T08:00',
            rule: { kind: 'cron', cron: '0 8 * * 1' },
          }
        : { kind: 'once', at: '2030-01-01T09:00:00Z', zone: 'Africa/Nairobi' },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 3_600_000,
    deliverWithinMs: 43_200_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
  }
}

/** It was sent, but for one in fifty. */
const ended = [
  `update send set state = case when ordinal % 50 = 0 then 'failed' else 'acked' end, attempt = 1, epoch = 1,
     sending_at = now(), acked_at = case when ordinal % 50 = 0 then null else now() end where run_id = $1`,
  `update target set state = case when ordinal % 50 = 0 then 'failed' else 'delivered' end, done_at = now() where run_id = $1`,
  `update run set state = 'partial', started_at = now() - interval '1 hour', finished_at = now() where id = $1`,
]
