import type { SimulatorClient } from '../../simulator/client.js'
import { pause } from '../../src/pause.js'
import type { Contender, Left } from './contender.js'
import { arrivals, readings, type Burst, type Deaths, type Lag, type Message } from './figures.js'
import { readingMembers, type Scene } from './scene.js'

const leadMs = 3_000
/** How long before the due time the processor time is taken. */
const beforeMs = 100
const lookMs = 500
/** A part of a message, at the rate of the burst; the kill must hit the middle. */
const progressMs = 20
/** After the last is due: for all to be out, and for what deaths have left to be over. */
const outMs = 900_000
const patienceMs = 600_000
const killedAt = [0.25, 0.5, 0.75]
const downMs = 1_000
const settleMs = 300_000
const askAgainMs = 15_000

export type Trial = {
  contender: Contender
  scene: Scene
  whatsapp: SimulatorClient
  round: number
  signal: AbortSignal
}

export async function lag(trial: Trial): Promise<Lag> {
  const { whatsapp, round } = trial
  await whatsapp.countOnly()
  const before = await lastOrder(trial)
  const messages = await createAll(trial, 'p1', round)
  await untilOver(trial, { messages, sinceAcked: before.acked })
  return arrivals(messages, await stanzasSince(trial, before.order))
}

export async function burst(trial: Trial): Promise<Burst> {
  const { whatsapp, contender, round, signal } = trial
  await whatsapp.countOnly()
  const before = await lastOrder(trial)
  const begun = contender.processorTime()
  const messages = await createAll(trial, 'p2', round)
  const created = contender.processorTime()
  await pause(Math.max(0, firstDue(messages) - beforeMs - Date.now()), signal)
  const due = contender.processorTime()
  await untilOver(trial, { messages, sinceAcked: before.acked })
  const over = contender.processorTime()
  const { latesMs, missing, duplicates } = arrivals(messages, await stanzasSince(trial, before.order))
  const perMessage = (seconds: number) => (1_000 * seconds) / messages.length
  return {
    firstMs: Math.min(...latesMs),
    lastMs: Math.max(...latesMs),
    missing,
    duplicates,
    createCpuMs: perMessage(created - begun),
    sendCpuMs: perMessage(over - due),
  }
}

/** The worker is killed three times while it sends, and started again. */
export async function deaths(trial: Trial): Promise<Deaths> {
  const { whatsapp, contender, round, signal } = trial
  await whatsapp.configure({ decrypting: true })
  const before = await lastOrder(trial)
  const failedBefore = (await contender.left()).failed
  const messages = await createAll(trial, 'p3', round)
  const dueMs = firstDue(messages)
  const deadline = dueMs + patienceMs
  for (const share of killedAt) {
    while ((await contender.acked()) - before.acked < share * messages.length && Date.now() < deadline) {
      signal.throwIfAborted()
      await pause(progressMs, signal)
    }
    await contender.kill()
    await pause(downMs, signal)
    await contender.start()
  }
  let left: Left
  for (;;) {
    left = await contender.left()
    if (left.open === 0 || Date.now() > deadline) break
    await pause(lookMs, signal)
    signal.throwIfAborted()
  }
  const overMs = Date.now() - dueMs
  return {
    ...(await readByMembers(trial, messages, before.order + 1)),
    failed: left.failed - failedBefore,
    open: left.open,
    overMs,
  }
}

/** When a member could not read a message its phone asks for it again, and what it gets then counts, too. */
async function readByMembers(
  { whatsapp, signal }: Trial,
  messages: readonly Message[],
  firstOrder: number,
): Promise<ReturnType<typeof readings>> {
  const deadline = Date.now() + askAgainMs
  for (;;) {
    await whatsapp.settled({ timeoutMs: settleMs })
    const inboxes = await Promise.all(readingMembers.map(async (member) => await whatsapp.inbox(member)))
    const found = readings(messages, inboxes, firstOrder)
    if (found.lost === 0 || Date.now() > deadline) return found
    signal.throwIfAborted()
    await pause(lookMs, signal)
  }
}

async function createAll(
  { contender, scene }: Trial,
  workload: 'p1' | 'p2' | 'p3',
  round: number,
): Promise<Message[]> {
  const count = scene.messages(workload, { key: '', dueMs: 0, seed: round }).length
  const dueMs = Date.now() + leadMs + contender.createMs * count
  const messages = await contender.create(
    scene.messages(workload, { key: `${contender.id}-${workload}-${round}`, dueMs, seed: round }),
  )
  const lateMs = Date.now() - firstDue(messages)
  if (lateMs > 0)
    throw new Error(`${contender.title} was still creating ${lateMs} ms after the first was due`)
  return messages
}

function firstDue(messages: readonly Message[]): number {
  return Math.min(...messages.map(({ dueMs }) => dueMs))
}

/** All acknowledged, and nothing left in the engine. */
async function untilOver(
  { contender, signal }: Trial,
  { messages, sinceAcked }: { messages: readonly Message[]; sinceAcked: number },
): Promise<void> {
  const deadline = Math.max(...messages.map(({ dueMs }) => dueMs)) + outMs
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    const isOut = (await contender.acked()) - sinceAcked >= messages.length
    if (isOut && (await contender.left()).open === 0) return
    await pause(lookMs, signal)
  }
}

async function lastOrder({ whatsapp, contender }: Trial): Promise<{ order: number; acked: number }> {
  return { order: (await whatsapp.stanzas()).length, acked: await contender.acked() }
}

async function stanzasSince({ whatsapp, contender }: Trial, order: number) {
  const own = new Set(contender.phones)
  return (await whatsapp.stanzas()).filter((stanza) => stanza.order > order && own.has(stanza.account))
}
