import { sealText } from '../../../src/inbox/sealed.js'
import { writeReceipts } from '../../../src/store/jobs/receipts.js'
import { acceptRow, addBotRow } from '../../support/bots.js'
import { testRing } from '../../support/database.js'
import { eventually } from '../../support/eventually.js'
import { startReceiver } from '../../support/webhook-receiver.js'
import type { Console } from '../support/console.js'
import { sentRun } from '../support/school.js'

// What has happened in the days before a picture is taken.

/** Runs that are over: one that everybody got, and one that a group has refused. */
export async function sendBefore(site: Console): Promise<{ failed: string }> {
  const { whatsapp } = site.system
  await whatsapp.fault({ kind: 'delayAck', ms: 1_200, count: 'until-cleared' })
  await sentRun(site, 'choir')
  await sentRun(site, 'lunch')
  const [refused] = await whatsapp.groups()
  if (refused) await whatsapp.fault({ kind: 'refuse', code: 403, chat: refused.jid, count: 'until-cleared' })
  const failed = await sentRun(site, 'class-trip')
  await whatsapp.clearFaults()
  await writeRecord(site)
  return { failed }
}

/** As the job does it each minute. */
export async function writeRecord({ system: { database } }: Console): Promise<void> {
  await writeReceipts({ database, ring: testRing, logger: { warn: () => undefined } })
}

/** What was sent in the last minutes stands in the hours of a school day. */
export async function spreadOverTheDay({ system: { database } }: Console): Promise<void> {
  await database.query(
    `update rate_slot set at = at - interval '1 hour' * (array[1, 1, 2, 2, 2, 4, 5, 6, 6, 7, 9, 20, 22])[1 + extract(microseconds from at)::int % 13]
     where acked`,
  )
}

/** A run that has a few of its recipients, and goes on slowly while it is looked at. */
export async function beginToSend({ system: { client, whatsapp } }: Console): Promise<string> {
  await whatsapp.fault({ kind: 'delayAck', ms: 6_000, count: 'until-cleared' })
  const { runId = '' } = await client.reminders.fire('assembly')
  await eventually(async () => {
    const { doneTargets } = await client.runs.progress(runId)
    if (doneTargets < 4) throw new Error('not yet')
  })
  return runId
}

/** Other programs: one that takes what it is told, and one that is not there. */
export async function tellOthers({ system: { client } }: Console): Promise<{ close(): Promise<void> }> {
  const receiver = await startReceiver()
  receiver.answers('/display', [200, 200, 503])
  receiver.answers(
    '/archive',
    Array.from({ length: 20 }, () => 404),
  )
  const display = await client.webhooks.add({ url: receiver.url('/display') })
  const archive = await client.webhooks.add({
    url: receiver.url('/archive'),
    types: ['run.failed', 'account.state'],
  })
  for (const { endpoint } of [display, display, display, archive]) await client.webhooks.test(endpoint.id)
  return receiver
}

/** A bot that three people may use, and what it has given up. */
export async function openBot({ system: { database, operator } }: Console): Promise<void> {
  const bot = 'front-desk'
  await addBotRow(database, { id: bot, operator })
  await database.query(`update bot set username = 'hillside_school_bot' where id = $1`, [bot])
  await database.query(`update audit set actor = 'school' where action = 'addBot'`)
  for (const [name, role, accounts] of [
    ['head-of-school', 'editor', null],
    ['night-shift', 'viewer', ['office']],
    ['primary-school-desk', 'editor', ['office', 'primary-school']],
  ] as const)
    await database.query(
      `insert into bot_user (bot, name, digest, chat, role, accounts) values ($1, $2::text, sha256($2::text::bytea), '', $3, $4)`,
      [bot, name, role, accounts],
    )
  for (const [updateId, text] of [
    [4711, '/pause fees'],
    [4712, '/snooze choir 2h'],
    [4713, '/list'],
  ] as const)
    await acceptRow(database, { bot, updateId, operator, chat: updateId, text })
  const text = 'Telegram did not answer within 10 seconds. Is it blocked where Carillon runs?'
  for (const updateId of [4711, 4712, 4713])
    await database.query(
      `update telegram_update set state = 'dead', attempts = 5, ended_at = now(), error = $3 where bot = $1 and update_id = $2`,
      [
        bot,
        updateId,
        sealText(testRing, { of: { operator, bot }, kind: 'error', id: String(updateId), text }),
      ],
    )
}

export async function makeTokens({ system: { client } }: Console): Promise<void> {
  await client.tokens.create({ name: 'school-office', role: 'owner' })
  await client.tokens.create({ name: 'timetable-program', role: 'editor', accounts: ['office'] })
  await client.tokens.create({ name: 'hall-display', role: 'viewer', lastsMs: 90 * 86_400_000 })
}
