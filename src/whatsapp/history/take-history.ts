import { setTimeout as delay } from 'node:timers/promises'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { createInflate } from 'node:zlib'
import type { Agent } from 'node:http'
import { areJidsSameUser, proto, type WAMessage } from '../baileys.js'
import type { Connection } from '../connection.js'
import { errorFields } from '../errors.js'
import type { MediaConn } from '../media-conn.js'
import { keepTokens } from './keep-tokens.js'
import { download, DownloadRefused, opened, type SealedFile } from './open-file.js'
import { HistoryDamaged, tokenReader } from './read-tokens.js'

/** A file of history that the phone has told of, as it is kept until it was read. */
type Notice = { id: string; directPath: string; mediaKey: string; toldAtMs: number }

const { HistorySyncType } = proto.HistorySync
/** The chats of the first hours and of the last weeks; the whole history would say nothing more. */
const taken: ReadonlySet<unknown> = new Set([HistorySyncType.INITIAL_BOOTSTRAP, HistorySyncType.RECENT])

const pausesMs = [5_000, 30_000, 120_000]
/** WhatsApp keeps such a file for some weeks. */
const keptMs = 14 * 86_400_000
const mostNotices = 200
const fallbackHost = 'mmg.whatsapp.net'

/**
 * Takes of the history that a phone hands to a new device what is needed to write to people: the tokens of its contacts,
 * without which WhatsApp refuses a first message (463). Baileys would hold a whole file, and each of its messages, in
 * memory. What Baileys has acknowledged the phone does not hand over again: so a file that could not be read is noted in
 * the creds, and read later.
 * @returns to be called once the session is open: takes what was noted before
 */
export function takeHistory(
  connection: Connection,
  {
    mediaConn,
    agent,
    pauses = pausesMs,
  }: { mediaConn: MediaConn; agent: Agent | undefined; pauses?: readonly number[] | undefined },
): () => void {
  const { socket, auth, logger } = connection
  const ended = new AbortController()
  connection.onEnd(() => ended.abort())

  const waiting: Notice[] = noticesOf(auth.creds.additionalData)
  const left = [...waiting]
  const note = (): void => {
    const before = (auth.creds.additionalData ?? {}) as object
    auth.creds.additionalData = { ...before, history: waiting.length === 0 ? undefined : waiting }
    auth.saveCreds()
  }

  // One at a time, however many the phone hands over: what is in memory is a piece of one.
  let queue: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): void => {
    queue = queue.then(work)
    connection.inBackground(queue)
    queue = queue.catch(() => undefined) // told
  }

  const read = async (source: Readable): Promise<void> => {
    const startedAt = performance.now()
    const reader = tokenReader()
    let bytes = 0
    await pipeline(source, createInflate(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        bytes += piece.length
        reader.take(piece)
      }
    })
    const { chats, tokens } = reader.end()
    const written = await keepTokens(auth.keys, tokens)
    const elapsedMs = Math.round(performance.now() - startedAt)
    logger.info({ chats, tokens: written, bytes, elapsedMs }, 'history taken')
  }

  const fetchFile = async (file: SealedFile): Promise<void> => {
    const { hosts } = await mediaConn()
    const host = hosts[0]?.hostname ?? fallbackHost
    const response = await download(host, file, { agent, signal: ended.signal })
    await read(opened(response, file))
  }

  const take = async (notice: Notice): Promise<void> => {
    const file = { directPath: notice.directPath, mediaKey: Buffer.from(notice.mediaKey, 'base64') }
    for (const pauseMs of [...pauses, undefined]) {
      if (ended.signal.aborted) return
      try {
        await fetchFile(file)
        break
      } catch (error) {
        logger.warn({ ...errorFields(error), retryInMs: pauseMs }, 'a part of the history could not be taken')
        if (isForGood(error)) break
        if (pauseMs === undefined) return // the next session tries again
        await delay(pauseMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined)
      }
    }
    if (ended.signal.aborted) return
    waiting.splice(waiting.indexOf(notice), 1)
    note()
  }

  socket.ev.on('messages.upsert', ({ messages }) => {
    for (const message of messages) {
      const told = toldOf(message)
      if (told === undefined || !isOurOwn(message)) continue
      const { directPath, mediaKey, initialHistBootstrapInlinePayload: inline } = told
      if (inline && inline.length > 0) inTurn(() => read(Readable.from([Buffer.from(inline)])))
      else if (directPath && mediaKey && waiting.length < mostNotices) {
        const id = message.key.id ?? ''
        if (waiting.some((other) => other.id === id)) continue
        const notice: Notice = {
          id,
          directPath,
          mediaKey: Buffer.from(mediaKey).toString('base64'),
          toldAtMs: Date.now(),
        }
        waiting.push(notice)
        note()
        inTurn(() => take(notice))
      }
    }
  })

  return () => {
    for (const notice of left) inTurn(() => take(notice))
  }

  /** Only the account's own phone may hand over its history. */
  function isOurOwn({ key: { fromMe, remoteJid } }: WAMessage): boolean {
    const { me } = auth.creds
    const chat = remoteJid ?? undefined
    return fromMe === true && (areJidsSameUser(chat, me?.id) || areJidsSameUser(chat, me?.lid))
  }
}

function toldOf({ message }: WAMessage): proto.Message.IHistorySyncNotification | undefined {
  const told = message?.protocolMessage?.historySyncNotification ?? undefined
  return told !== undefined && taken.has(told.syncType) ? told : undefined
}

function isForGood(error: unknown): boolean {
  if (error instanceof HistoryDamaged) return true
  if (error instanceof DownloadRefused) return error.code === 404 || error.code === 410
  // Of the inflater or the cipher: another try reads the same bytes.
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('Z_') || code.startsWith('ERR_OSSL')
}

/** @param data of the creds, where Baileys leaves room for others. */
function noticesOf(data: unknown): Notice[] {
  const { history } = (data ?? {}) as { history?: unknown }
  const isFresh = ({ toldAtMs }: Notice) => Date.now() - toldAtMs < keptMs
  return Array.isArray(history) ? (history as Notice[]).filter(isFresh) : []
}
