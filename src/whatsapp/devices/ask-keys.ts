import {
  getBinaryNodeChild,
  getBinaryNodeChildren,
  isLidUser,
  isPnUser,
  parseAndInjectE2ESessions,
  S_WHATSAPP_NET,
  type BinaryNode,
  type WASocket,
} from '../baileys.js'
import { inLanes } from '../../in-lanes.js'
import { isFromOutside, refusedQueryCode } from '../errors.js'
import { GatewayFailure } from '../gateway.js'
import { ownId } from '../own-id.js'
import { answerOfOne } from './answer-of-one.js'

// What was answered stays answered when a later question is not. Others ask for 50 at a time (whatsapp-rust), too.
const mostAtOnce = 50
// On a slow line a question takes seconds: while one is answered, the sessions of another are begun.
const questionsAtOnce = 3
// A question that WhatsApp refuses as a whole is asked again in halves, until the device behind it is found.
const mostRefusals = 20

/**
 * Begins a session with each of these devices. A device whose keys WhatsApp refuses, leaves out of its answer or gives in
 * part does not take the others along: `assertSessions` (Baileys 7.0.0-rc14) uses none of an answer that has one
 * `<error>`, and does not ask for a number without a LID.
 * @returns those without a session afterwards, and the codes of the refusals
 * @throws GatewayFailure `ConnectionLost` when there was no answer; Boom when WhatsApp takes no such question now
 */
export async function askKeys(
  socket: WASocket,
  jids: string[],
): Promise<{ without: string[]; codes: number[] }> {
  const codes: number[] = []
  await inLanes(portions(jids), {
    lanes: questionsAtOnce,
    work: async (some) => {
      codes.push(...(await askSome(socket, some)))
    },
  })
  return { without: await withoutSession(socket, jids), codes }
}

function* portions(jids: string[]): Generator<string[]> {
  for (let first = 0; first < jids.length; first += mostAtOnce) yield jids.slice(first, first + mostAtOnce)
}

export async function withoutSession({ signalRepository }: WASocket, jids: string[]): Promise<string[]> {
  const without: string[] = []
  for (const jid of jids) if (!(await signalRepository.validateSession(jid)).exists) without.push(jid)
  return without
}

/** A session that can't be used any more: the next message asks for keys. */
export async function endSessions(socket: WASocket, jids: string[]): Promise<void> {
  if (jids.length === 0) return
  const lids = await lidsOf(socket, jids)
  await socket.signalRepository.deleteSession(jids.map((jid) => lids.get(jid) ?? jid))
}

async function askSome(socket: WASocket, jids: string[]): Promise<number[]> {
  const codes: number[] = []
  const lids = await lidsOf(socket, jids)
  const pending = [jids]
  for (let refusals = 0; pending.length > 0;) {
    const some = pending.shift() ?? []
    let answer: BinaryNode | undefined
    try {
      answer = (await socket.query(question(some.map((jid) => lids.get(jid) ?? jid)))) as
        BinaryNode | undefined
    } catch (error) {
      const code = refusedQueryCode(error)
      // That is about the account or the server, and none of the devices.
      if (code === undefined || code === 429 || code >= 500) throw error
      codes.push(code)
      if (some.length > 1 && ++refusals < mostRefusals) pending.push(...halves(some))
      continue
    }
    const list = getBinaryNodeChild(answer, 'list')
    if (list === undefined) throw new GatewayFailure('ConnectionLost', undefined)
    codes.push(...(await beginSessions(socket, getBinaryNodeChildren(list, 'user'))))
  }
  return codes
}

function question(jids: string[]): BinaryNode {
  const users = jids.map((jid) => ({ tag: 'user', attrs: { jid } }))
  return {
    tag: 'iq',
    attrs: { xmlns: 'encrypt', type: 'get', to: S_WHATSAPP_NET },
    content: [{ tag: 'key', attrs: {}, content: users }],
  }
}

function halves(jids: string[]): string[][] {
  const middle = Math.ceil(jids.length / 2)
  return [jids.slice(0, middle), jids.slice(middle)]
}

/** By the number: Baileys keeps a session under the LID where it knows one. */
async function lidsOf({ signalRepository }: WASocket, jids: string[]): Promise<Map<string, string>> {
  const numbers = jids.filter((jid) => isPnUser(jid) === true)
  const pairs = numbers.length === 0 ? null : await signalRepository.lidMapping.getLIDsForPNs(numbers)
  return new Map((pairs ?? []).filter(({ lid }) => isLidUser(lid)).map(({ pn, lid }) => [pn, lid]))
}

/** All in one transaction, which excludes the relays of messages, and is one statement. */
async function beginSessions(socket: WASocket, users: BinaryNode[]): Promise<number[]> {
  const codes: number[] = []
  const { keys } = socket.authState
  await keys.transaction(async () => {
    for (const user of users)
      try {
        await parseAndInjectE2ESessions(answerOfOne(user), socket.signalRepository)
      } catch (error) {
        if (isFromOutside(error)) throw error
        // Also a bundle that is none: a TypeError of libsignal. The device has no session then.
        const code = refusedQueryCode(error)
        if (code !== undefined) codes.push(code)
      }
  }, ownId(socket))
  return codes
}
