import type { Ack, Acks } from './acks.js'
import { isJidGroup, jidDecode, jidNormalizedUser, type proto } from './baileys.js'
import { failureOf, type Connection } from './connection.js'
import { encodeContent } from './content.js'
import {
  accountQueryFailure,
  classifyDirectRefusal,
  classifyRefusal,
  groupQueryFailure,
  refusedQueryCode,
} from './errors.js'
import { GatewayFailure, type SendOutcome, type SendRequest } from './gateway.js'
import type { Groups } from './group-metadata.js'

/** Thrown out of the preparation of a relay: certainly nothing was written. */
export class NothingSent extends Error {
  override name = 'NothingSent'
  constructor(override readonly cause: unknown) {
    super('nothing was sent')
  }
}

type Parts = { connection: Connection; groups: Groups; acks: Acks; ackTimeoutMs: number }

const lost: SendOutcome = { kind: 'unknown', failure: 'ConnectionLost' }

export function sender({
  connection,
  groups,
  acks,
  ackTimeoutMs,
}: Parts): (request: SendRequest) => Promise<SendOutcome> {
  const { socket } = connection
  const keys = socket.authState.keys

  /** Baileys notes who has the group's key when it has written it, whether or not it arrived. */
  const forgetWhoHasTheKey = async (jid: string) => await keys.set({ 'sender-key-memory': { [jid]: null } })

  const relay = async (request: SendRequest, message: proto.IMessage): Promise<void> => {
    const { jid, messageId } = request
    // Nested transactions join this one, so the reset, the check and the relay are committed together or not at all.
    await keys.transaction(async () => {
      if (isJidGroup(jid) === true) {
        if (request.maybeSentBefore) await forgetWhoHasTheKey(jid)
      } else await assertOnWhatsApp(connection, jid)
      await socket.relayMessage(jid, message, { messageId })
    }, ownId(connection))
  }

  const attempt = async (request: SendRequest, ack: Promise<Ack>): Promise<SendOutcome> => {
    const { jid } = request
    const relayed = relay(request, await encodeContent(request.content))
    connection.holdKeysFor(relayed)
    const outcome = await outcomeOf(jid, relayed, ack)
    // A stanza that was refused or lost has not brought the group's key to anybody. A relay that failed is rolled back.
    if (outcome.kind !== 'acked' && isJidGroup(jid) === true) {
      const forgotten = relayed.then(
        () => forgetWhoHasTheKey(jid),
        () => undefined,
      )
      connection.holdKeysFor(forgotten)
      connection.inBackground(forgotten)
      await unlessEnded(connection, settled(forgotten)) // before the next message to this group
    }
    return outcome
  }

  const outcomeOf = async (jid: string, relayed: Promise<void>, ack: Promise<Ack>): Promise<SendOutcome> => {
    const written = await unlessEnded(connection, settled(relayed))
    if (written === 'ended') return lost
    // Also when the ack is there: the keys were not committed, so the next message would be encrypted with the same
    // ones, and be dropped as a repetition by whoever has read this one.
    if (written !== 'done') return outcomeOfFailedRelay(jid, written.error)
    const answer = await unlessEnded(connection, ack, ackTimeoutMs)
    if (answer === 'ended') return lost
    if (answer === 'late') return { kind: 'unknown', failure: 'AckTimedOut' }
    if (answer.refusedWith === undefined) return { kind: 'acked' }
    if (answer.refusedWith === 421) await groups.changed(jid)
    return refused(jid, answer.refusedWith)
  }

  return async (request) => {
    const ended = connection.ended()
    if (ended !== undefined) throw failureOf(ended)
    const { ack, forget } = acks.expect(request.messageId)
    const sending = attempt(request, ack).finally(forget)
    connection.holdKeysFor(sending)
    return await sending
  }
}

/** @throws NothingSent with `NotOnWhatsApp` */
async function assertOnWhatsApp({ socket }: Connection, jid: string): Promise<void> {
  const me = jidNormalizedUser(socket.authState.creds.me?.id)
  const knows = async (jids: string[], useCache: boolean): Promise<(jid: string) => boolean> => {
    try {
      const devices = await socket.getUSyncDevices(jids, useCache, false)
      return (jid) => devices.some(({ user }) => user === jidDecode(jid)?.user)
    } catch (error) {
      throw new NothingSent(accountQueryFailure(error))
    }
  }
  // The very question that the relay asks, whose answer Baileys keeps for it: the check costs no query of its own.
  if ((await knows([jid], true))(jid)) return
  // Baileys makes "no devices" of a query that was never answered. One that is answered has our own phone in it.
  const answered = await knows([me, jid], false)
  if (answered(jid)) return
  throw new NothingSent(
    answered(me) ? new GatewayFailure('NotOnWhatsApp', 404) : new GatewayFailure('ConnectionLost', undefined),
  )
}

function outcomeOfFailedRelay(jid: string, error: unknown): SendOutcome {
  if (error instanceof NothingSent) {
    const failure = error.cause instanceof GatewayFailure ? error.cause : groupQueryFailure(error.cause)
    if (failure.code === undefined) throw failure
    return { kind: 'refused', code: failure.code, failure: failure.failure }
  }
  // Every query of a relay comes before its write, so a query that was refused is a message that never left.
  const code = refusedQueryCode(error)
  return code === undefined ? lost : refused(jid, code)
}

function refused(jid: string, code: number): SendOutcome {
  const failure = isJidGroup(jid) === true ? classifyRefusal(code) : classifyDirectRefusal(code)
  return { kind: 'refused', code, failure }
}

function ownId({ socket }: Connection): string {
  const id = socket.authState.creds.me?.id
  if (id === undefined) throw new GatewayFailure('AccountLoggedOut', undefined)
  return id // the name of the mutex that relayMessage takes
}

async function settled(work: Promise<void>): Promise<'done' | { error: unknown }> {
  try {
    await work
    return 'done'
  } catch (error) {
    return { error }
  }
}

/** The first of: the work, which never rejects, the end of the connection, and the time-out if there is one. */
function unlessEnded<T>(connection: Connection, work: Promise<T>): Promise<T | 'ended'>
function unlessEnded<T>(
  connection: Connection,
  work: Promise<T>,
  timeoutMs: number,
): Promise<T | 'ended' | 'late'>
async function unlessEnded<T>(connection: Connection, work: Promise<T>, timeoutMs?: number) {
  let stop: () => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<'ended'>((resolve) => {
    stop = connection.onEnd(() => resolve('ended'))
  })
  const late = new Promise<'late'>((resolve) => {
    if (timeoutMs !== undefined) timer = setTimeout(() => resolve('late'), timeoutMs)
  })
  try {
    return await Promise.race([work, ended, late])
  } finally {
    stop()
    clearTimeout(timer)
  }
}
