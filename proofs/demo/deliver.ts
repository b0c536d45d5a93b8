import { createHash } from 'node:crypto'
import type { SimulatorClient } from '../../simulator/client.js'
import type { ConnectedClient } from '../../src/client/connect.js'
import { pollUntil } from '../../src/client/waiting.js'
import type { ProgressView } from '../../src/cli/run/watch.js'
import { isFinalReminder } from '../../src/domain/states.js'
import { readExample } from './example.js'
import { findingsOf, type ExpectedPart, type Findings } from './findings.js'
import { countHistoryEvents } from './history.js'
import type { DemoResult } from './report.js'
import { accountId, type DemoGroup } from './scene.js'

export type Delivered = {
  key: string
  runId: string
  isCompleted: boolean
  result: DemoResult
  findings: Findings
  parts: ExpectedPart[]
  openedImages: { opened: number; tried: number }
}

/** Creates the example's reminder, follows its run to the end, and asks the recipients. */
export async function deliver({
  client,
  whatsapp,
  groups,
  dueInSeconds,
  view,
  say,
  signal,
}: {
  client: ConnectedClient
  whatsapp: SimulatorClient
  groups: DemoGroup[]
  dueInSeconds: number
  view: ProgressView
  say: (text: string) => void
  signal: AbortSignal
}): Promise<Delivered> {
  const { input, folder, parts } = await readExample()
  const due = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + dueInSeconds * 1_000)
  const reminder = { ...input, account: accountId, to: 'all groups', at: due.toISOString() }
  const created = await client.reminders.create(reminder, { folder })
  say(
    `Created reminder '${created.key}': a text and an image to all ${groups.length} groups, due in ${dueInSeconds} s`,
  )

  const runId = await runOf(client, created.key, dueInSeconds)
  let isCompleted = false
  let finishedAt = due
  try {
    for await (const progress of client.runs.watch(runId, { signal, intervalMs: 250 })) {
      view.show(progress)
      isCompleted = progress.run.state === 'completed'
      finishedAt = progress.run.finishedAt ?? finishedAt
    }
  } finally {
    view.stop()
  }
  signal.throwIfAborted()

  say('Asking the recipients')
  await whatsapp.settled()
  await reminderEnd(client, created.key)
  const [inboxes, stanzas, uploads] = await Promise.all([
    whatsapp.inboxes(),
    whatsapp.stanzas(),
    whatsapp.uploads(),
  ])
  const findings = findingsOf({ groups, parts, inboxes, stanzas, dueMs: due.getTime() })
  const openedImages = await openImages({
    whatsapp,
    groups,
    digests: await Promise.all(
      created.definition.parts
        .flatMap((part) => (part.kind === 'image' ? [part.media] : []))
        .map(async (media) => sha256((await client.media.read(media)).bytes)),
    ),
  })
  const historyEvents = await countHistoryEvents(client.temporal, {
    runId,
    targets: groups.length,
    operator: 'local',
    key: created.key,
    accountId,
  })
  const { recipients, messages, duplicates, outOfOrder, firstLateMs } = findings
  const result: DemoResult = {
    groups: groups.length,
    recipients,
    messages,
    duplicates,
    // An image that cannot be opened has not arrived.
    lost: findings.lost + (openedImages.tried - openedImages.opened),
    outOfOrder,
    uploads: uploads.count,
    firstLateMs,
    runMs: finishedAt.getTime() - due.getTime(),
    historyEvents,
  }
  return { key: created.key, runId, isCompleted, result, findings, parts, openedImages }
}

async function runOf(client: ConnectedClient, key: string, dueInSeconds: number): Promise<string> {
  const { answer } = await pollUntil({
    ask: async () => (await client.reminders.show(key)).runs[0]?.id,
    isDone: (id) => id !== undefined,
    timeoutMs: (dueInSeconds + 60) * 1_000,
    intervalMs: 100,
  })
  if (answer === undefined) throw new Error(`Reminder '${key}' was due, and has no run.`)
  return answer
}

/** The reminder's own end follows the run's. */
async function reminderEnd(client: ConnectedClient, key: string): Promise<void> {
  await pollUntil({
    ask: async () => await client.reminders.show(key),
    isDone: (reminder) => isFinalReminder(reminder.state),
    timeoutMs: 15_000,
  })
}

/** What names stored media is keyed: recipients have the plain one. */
function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** One member of each group downloads and decrypts the image, and compares it with what is stored. */
async function openImages({
  whatsapp,
  groups,
  digests,
}: {
  whatsapp: SimulatorClient
  groups: DemoGroup[]
  digests: string[]
}): Promise<{ opened: number; tried: number }> {
  let opened = 0
  for (const { jid, members } of groups) {
    const { messages } = await whatsapp.inbox(members[0] ?? '', { media: true })
    const shas = messages
      .filter((message) => message.chat === jid)
      .flatMap(({ downloaded }) =>
        downloaded !== undefined && 'sha256' in downloaded ? [downloaded.sha256] : [],
      )
    if (digests.every((digest) => shas.includes(digest))) opened += 1
  }
  return { opened, tried: groups.length }
}
