import { failureKinds } from '../domain/failures.js'
import type { Ack, Acks } from './acks.js'
import { isJidGroup, jidDecode, type proto } from './baileys.js'
import { failureOf, type Connection } from './connection.js'
import { disappearing, encodeContent } from './content.js'
import { askAhead, NothingSent } from './devices/ahead.js'
import type { DeviceCache } from './devices/device-cache.js'
import { endSessions } from './devices/ask-keys.js'
import type { SignalRepository } from './devices/signal-repository.js'
import {
  classifyDirectRefusal,
  classifyRefusal,
  errorFields,
  groupQueryFailure,
  isFromOutside,
} from './errors.js'
import { GatewayFailure, type SendOutcome, type SendRequest } from './gateway.js'
import type { Groups } from './group-metadata.js'
import type { NewChatsWatch } from './new-chats.js'
import { ownId } from './own-id.js'
import { forgetThatTheyHaveTheKey } from './retry-receipts/sender-key-memory.js'
import { settled, unlessEnded } from './unless-ended.js'

/** The group changed after its members were asked for: they are asked for again, outside of the transaction. */
export class GroupChanged extends NothingSent {
  constructor() {
    super(new GatewayFailure('ServerRefusedForNow', undefined))
  }
}

/** Nothing was written: the message could not be encrypted, by no fault of the connection or of Postgres. */
class NotEncrypted extends NothingSent {
  constructor(
    readonly reason: unknown,
    /** For which it failed. */
    readonly devices: string[],
  ) {
    super(new GatewayFailure('EncryptionFailed', undefined, { cause: reason }))
  }
}

// What was asked for may change before the relay: a group, or the session with a device. One that changes faster than it
// is read is left to Temporal's next attempt.
const mostTries = 5

// The account knew the group otherwise, or not what it may do there.
const asksForGroupAgain = new Set([400, 401, 403, 404, 410, 420, 421, 479])
const asksForDevicesAgain = new Set([400, 421, 479])

type Parts = {
  connection: Connection
  groups: Groups
  devices: DeviceCache
  repository: SignalRepository
  acks: Acks
  newChats: NewChatsWatch
  /** From the write on: what was written may still be on its way. */
  ackTimeoutMs: () => number
}

const lost: SendOutcome = { kind: 'unknown', failure: 'ConnectionLost' }

export function sender({
  connection,
  groups,
  devices,
  repository,
  acks,
  newChats,
  ackTimeoutMs,
}: Parts): (request: SendRequest) => Promise<SendOutcome> {
  const { socket } = connection
  const keys = socket.authState.keys
  const ask = askAhead({ connection, groups, devices })

  /** Baileys notes who has the group's key when it has written it, whether or not it arrived. */
  const forgetWhoHasTheKey = async (jid: string) => await keys.set({ 'sender-key-memory': { [jid]: null } })

  /** @returns how many devices were left out */
  const relayOnce = async (request: SendRequest, message: proto.IMessage): Promise<number> => {
    const { jid, messageId, maybeSentBefore } = request
    const isGroup = isJidGroup(jid) === true
    const { leftOut, disappearsAfter = 0 } = await ask(jid, isGroup && maybeSentBefore)
    const sent = disappearsAfter > 0 ? disappearing(message, disappearsAfter) : message
    let failed: string[] = []
    // Nested transactions join this one, so the reset and the relay are committed together or not at all.
    await keys.transaction(async () => {
      if (isGroup && maybeSentBefore) await forgetWhoHasTheKey(jid)
      repository.takeFailed()
      try {
        await socket.relayMessage(jid, sent, {
          messageId,
          ...(request.pn !== undefined && { additionalAttributes: { peer_recipient_pn: request.pn } }),
        })
      } catch (error) {
        // Its write is the last thing that a relay does, and what fails there is of the connection.
        throw error instanceof NothingSent || isFromOutside(error)
          ? error
          : new NotEncrypted(error, repository.takeFailed())
      }
      failed = repository.takeFailed()
      await endSessions(socket, failed)
      if (isGroup && failed.length > 0) await forgetThatTheyHaveTheKey(keys, jid, failed)
    }, ownId(socket))
    return leftOut + failed.length
  }

  const relay = async (request: SendRequest, message: proto.IMessage): Promise<number> => {
    for (let tries = 1; ; tries++)
      try {
        return await relayOnce(request, message)
      } catch (error) {
        const mayPass = error instanceof GroupChanged || error instanceof NotEncrypted
        if (!mayPass || tries === mostTries) throw error
        if (error instanceof NotEncrypted) {
          connection.logger.warn(errorFields(error.reason), 'a message could not be encrypted')
          await endSessions(socket, error.devices)
        }
      }
  }

  const attempt = async (request: SendRequest, ack: Promise<Ack>): Promise<SendOutcome> => {
    const { jid } = request
    const relayed = relay(request, await encodeContent(request.content))
    connection.keepKeysFor(relayed)
    const outcome = await outcomeOf(jid, relayed, ack)
    // A stanza that was refused or lost has not brought the group's key to anybody. A relay that failed is rolled back.
    if (outcome.kind !== 'acked' && isJidGroup(jid) === true) {
      const forgotten = relayed.then(
        () => forgetWhoHasTheKey(jid),
        () => undefined,
      )
      connection.keepKeysFor(forgotten)
      connection.inBackground(forgotten)
      await unlessEnded(connection, settled(forgotten)) // before the next message to this group
    }
    return outcome
  }

  const outcomeOf = async (
    jid: string,
    relayed: Promise<number>,
    ack: Promise<Ack>,
  ): Promise<SendOutcome> => {
    const written = await unlessEnded(connection, settled(relayed))
    if (written === 'ended') return lost
    // Also when the ack is there: the keys were not committed, so the next message would be encrypted with the same
    // ones, and be dropped as a repetition by whoever has read this one.
    if ('error' in written) return outcomeOfFailedRelay(written.error)
    const answer = await unlessEnded(connection, ack, ackTimeoutMs())
    if (answer === 'ended') return lost
    if (answer === 'late') return { kind: 'unknown', failure: 'AckTimedOut' }
    if (answer.refusedWith === undefined) return { kind: 'acked', leftOutDevices: written.value }
    const { refusedWith: code } = answer
    // The members first: of a group that has changed they are not known.
    if (asksForDevicesAgain.has(code)) await forgetDevices(jid)
    if (isJidGroup(jid) === true && asksForGroupAgain.has(code)) await groups.changed(jid)
    if (code === 463 && isJidGroup(jid) !== true) return await newChats.refusal()
    return refused(jid, answer, code)
  }

  const forgetDevices = async (jid: string) => {
    const members =
      isJidGroup(jid) === true ? (await groups.known(jid))?.participants.map(({ id }) => id) : [jid]
    for (const member of members ?? []) await devices.del(jidDecode(member)?.user ?? '')
  }

  return async (request) => {
    const ended = connection.ended()
    if (ended !== undefined) throw failureOf(ended)
    const { ack, forget } = acks.expect(request.messageId)
    const sending = attempt(request, ack).finally(forget)
    connection.keepKeysFor(sending)
    return await sending
  }
}

function outcomeOfFailedRelay(error: unknown): SendOutcome {
  if (!(error instanceof NothingSent)) return lost
  const failure = error.cause instanceof GatewayFailure ? error.cause : groupQueryFailure(error.cause)
  if (failure.code === undefined && failureKinds[failure.failure] !== 'target') throw failure
  return { kind: 'refused', code: failure.code, failure: failure.failure }
}

function refused(jid: string, { backoffMs }: Ack, code: number): SendOutcome {
  const failure = isJidGroup(jid) === true ? classifyRefusal(code) : classifyDirectRefusal(code)
  if (backoffMs === undefined) return { kind: 'refused', code, failure }
  return { kind: 'refused', code, failure, until: new Date(Date.now() + backoffMs) }
}
