import type { Agent as HttpsAgent } from 'node:https'
import { defaultDeviceName } from '../domain/accounts/device-name.js'
import { jidNormalizedUser, S_WHATSAPP_NET, type WAMediaUploadFunction } from './baileys.js'
import { listenForAcks } from './acks.js'
import { isLinked } from './auth-state.js'
import { connect, failureOf, untilOpen, type Connection } from './connection.js'
import { deviceCache, type DeviceCache } from './devices/device-cache.js'
import { signalRepository, type SignalRepository } from './devices/signal-repository.js'
import { accountQueryFailure, errorFields } from './errors.js'
import { GatewayFailure, type Session, type SessionOptions } from './gateway.js'
import { followGroups, type Groups } from './group-metadata.js'
import { takeHistory } from './history/take-history.js'
import { leaveUnread } from './incoming/leave-unread.js'
import { takeAllThatWaited } from './incoming/waited-offline.js'
import { mediaConnOf, uploadBy } from './media-conn.js'
import { uploadMedia } from './media.js'
import { watchNewChats } from './new-chats.js'
import { followPeople, type People } from './people.js'
import { retryReceipts } from './retry-receipts/retry-receipts.js'
import { copySender } from './retry-receipts/send-copy.js'
import { GroupChanged, sender } from './send.js'
import { endWhenSilent } from './end-when-silent.js'

/**
 * Opens the one socket of a linked account. It never reconnects: when it is closed, it is over.
 * @throws GatewayFailure; `AccountLoggedOut` without a code when the account was never linked. EncryptionKeyError.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const startedAt = performance.now()
  let connection: Connection | undefined
  const socket = () => {
    if (connection === undefined) throw new GatewayFailure('ConnectionLost', undefined)
    return connection.socket
  }
  const groups = followGroups(socket, {
    accountId: options.accountId,
    epoch: options.epoch,
    database: options.database,
    ttlMs: options.groupsTtlMs,
    retryMs: options.groupsRetryMs,
    onChanged: options.onGroupsChanged,
    onReadFailed: (failure, retryInMs) =>
      options.logger.warn({ error: failure, retryInMs }, 'the groups could not be read'),
    inBackground: (work) => connection?.inBackground(work),
  })
  const devices = deviceCache()
  const repository = signalRepository()
  const receipts = retryReceipts((asked) => options.copiesAsked(asked))
  connection = await connect(options, {
    browser: browserOf(options),
    // Baileys answers no retry receipt: see retry-receipts/.
    getMessage: () => Promise.resolve(undefined),
    enableRecentMessageCache: false,
    msgRetryCounterCache: receipts.gate,
    keepAliveIntervalMs: neverMs, // `endWhenSilent` keeps it alive
    userDevicesCache: devices,
    makeSignalRepository: repository.make,
    // Called inside the account's transaction: it asks WhatsApp nothing.
    cachedGroupMetadata: async (jid) => {
      const known = await groups.known(jid)
      if (known === undefined) throw new GroupChanged()
      return known
    },
  })
  receipts.listen(connection, devices)
  if (!isLinked(connection.auth.creds)) {
    await connection.close()
    throw new GatewayFailure('AccountLoggedOut', undefined)
  }
  leaveUnread(connection)
  takeAllThatWaited(connection)
  const mediaConn = mediaConnOf(connection.socket)
  const agent = connection.proxy?.agent ?? options.fetchAgent
  const takeLeftHistory = takeHistory(connection, { mediaConn, agent, pauses: options.historyPausesMs })
  groups.listen()
  // Before it is open: what it missed while it was away comes first.
  const people = followPeople(connection, options.onMovedNumber ?? (() => undefined))
  connection.onEnd(() => groups.stop())
  await untilOpen(connection, options)
  takeLeftHistory()
  await firstRead(connection, groups)
  connection.logger.info({ elapsedMs: Math.round(performance.now() - startedAt) }, 'session open')
  const upload = uploadBy(mediaConn, agent as HttpsAgent | undefined)
  return sessionOf({ connection, groups, devices, repository, people, upload }, options)
}

// The longest that a timer of Node takes.
const neverMs = 2 ** 31 - 1

/** As Baileys has it. It reads the array late, so each socket gets its own. */
export function browserOf({ deviceName = defaultDeviceName }: SessionOptions): [string, string, string] {
  return [deviceName.system, deviceName.browser, '1.0.0']
}

// Long enough for some hundred groups; the rest of the wait is not the session's.
const groupsMs = 10_000

/** Without the groups each send asks for its own, so a failure delays nothing: it was told and is tried again. */
async function firstRead({ logger }: Connection, groups: Groups): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, groupsMs)
  })
  const read = groups.refreshIfAged().catch((error: unknown) => {
    if (!(error instanceof GatewayFailure)) logger.warn(errorFields(error), 'the groups were not read')
  })
  await Promise.race([read, enough])
  clearTimeout(timer)
}

type Parts = {
  connection: Connection
  groups: Groups
  devices: DeviceCache
  repository: SignalRepository
  people: People
  upload: WAMediaUploadFunction
}

function sessionOf(
  { connection, groups, devices, repository, people, upload }: Parts,
  options: SessionOptions,
): Session {
  const { socket, auth } = connection
  const me = auth.creds.me
  if (me === undefined) throw new Error('an open session has creds')
  const acks = listenForAcks(socket.ws)
  connection.onEnd(acks.stop)
  const watch = endWhenSilent(connection)
  const ackTimeoutMs = () => (options.ackTimeoutMs ?? 30_000) + watch.allowanceMs()
  const newChats = watchNewChats(connection, options.onNewChats ?? (() => undefined))
  const send = sender({
    connection,
    groups,
    devices,
    repository,
    acks,
    newChats,
    ackTimeoutMs,
  })
  const sendCopy = copySender({ connection, groups, acks, ackTimeoutMs })
  return {
    accountId: options.accountId,
    jid: jidNormalizedUser(me.id),
    lid: me.lid === undefined ? undefined : jidNormalizedUser(me.lid),
    async send(request) {
      const answered = watch.sending()
      const outcome = await send(request)
      if (outcome.kind === 'acked') answered()
      return outcome
    },
    async sendCopy(copy) {
      const answered = watch.sending()
      const outcome = await sendCopy(copy)
      if (outcome.kind === 'acked') answered()
      return outcome
    },
    async uploadMedia(file) {
      let stop: () => void = () => undefined
      const lost = new Promise<never>((_, reject) => {
        stop = connection.onEnd((reason) => reject(failureOf(reason)))
      })
      return await Promise.race([uploadMedia(file, upload, connection.proxy), lost]).finally(stop)
    },
    askForPeople: (jids) => people.ask(jids),
    otherJidOf: (jid) => people.known(jid),
    refreshGroups: () => groups.refresh(),
    refreshAgedGroups: () => groups.refreshIfAged(),
    groupsWereRead: () => groups.wereRead(),
    closed: connection.closed,
    unlink: () => unlink(connection),
    hasEnded: () => connection.ended() !== undefined,
    close: () => connection.close(),
  }
}

const unlinkMs = 10_000

/** Waits for the answer, which Baileys' own `logout` does not: the socket may close before WhatsApp has acted. */
async function unlink(connection: Connection): Promise<void> {
  const { socket, auth } = connection
  const device = { jid: auth.creds.me?.id ?? '', reason: 'user_initiated' }
  try {
    await socket.query(
      {
        tag: 'iq',
        attrs: { to: S_WHATSAPP_NET, type: 'set', xmlns: 'md' },
        content: [{ tag: 'remove-companion-device', attrs: device }],
      },
      unlinkMs,
    )
  } catch (error) {
    // WhatsApp may log the device out before it answers.
    if (connection.ended()?.failure !== 'AccountLoggedOut') throw accountQueryFailure(error)
  }
  await connection.close()
}
