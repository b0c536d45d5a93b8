import { createHash } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import {
  cutError,
  mostUnfinished,
  telegramUpdateWorkflowId,
  updateRetryDelayMs,
  type UpdateKey,
} from '../../domain/telegram.js'
import { openText, sealText, type OfBot } from '../../inbox/sealed.js'
import { startProgress, wakeNext } from '../../inbox/wake.js'
import type { UpdateTry } from '../../protocol/payloads.js'
import type { Database, Queryable } from '../../store/database.js'
import { EncryptionKeyError, type KeyRing } from '../../store/encryption/key-ring.js'
import { whyUnreachable } from '../../store/unreachable.js'
import { insertProgress } from '../../store/inbox/progress.js'
import * as tries from '../../store/inbox/tries.js'
import { BotApiError, createBotApi, isClosedChat, type BotApi } from '../../telegram/bot-api.js'
import type { Handled, Reply, TelegramHandler, Update } from '../../telegram/handler.js'

export type HandlingActivities = ReturnType<typeof createHandlingActivities>

export type HandlingDependencies = {
  database: Database
  temporal: Client
  ring: KeyRing
  logger: Logger
  handlers: ReadonlyMap<string, TelegramHandler>
  /** Of the Bot API; Telegram's own when missing. */
  telegramUrl: string | undefined
}

const heartbeatMs = 2_000

/** What Temporal may hear of a failure: its kind alone. */
class Failed extends Error {
  constructor(readonly why: unknown) {
    super('a try failed')
  }
}

/** A key that is missing is mended, and is no failure of an update. */
function failure(error: unknown): Error {
  return error instanceof EncryptionKeyError ? error : new Failed(error)
}

export function createHandlingActivities({
  database,
  temporal,
  ring,
  logger,
  handlers,
  telegramUrl,
}: HandlingDependencies) {
  return {
    /**
     * One try: the handler, unless an earlier try had its answer, and then what is to be sent. Where the process dies, another
     * goes on from the row. Before it says that the update is over, the next of its chat has heard of it.
     */
    async tryUpdate(key: UpdateKey): Promise<UpdateTry> {
      const context = Context.current()
      const beat = setInterval(() => context.heartbeat(), heartbeatMs)
      try {
        const begun = await tries.beginTry(database, key)
        if (begun !== undefined) return await tryBegun(key, begun, context.cancellationSignal)
        const turn = await tries.turnOf(database, key)
        // A try that died when it had written how it ended may have told nobody.
        if (turn.kind === 'dead' || turn.kind === 'ended') await wakeNext({ database, temporal }, key)
        return turn
      } finally {
        clearInterval(beat)
      }
    },
  }

  async function tryBegun(key: UpdateKey, begun: tries.BegunTry, signal: AbortSignal): Promise<UpdateTry> {
    const one = { ...key, try: begun.try }
    try {
      if (begun.unfinished > mostUnfinished) throw new Failed(new Error(diedText(begun.unfinished - 1)))
      await handleAndAnswer(one, begun, signal)
      await tries.recordDone(database, one)
      logger.info({ ...key, attempt: begun.attempts + 1 }, 'update handled')
      await wakeNext({ database, temporal }, key)
      return { kind: 'ended', end: 'done' }
    } catch (error) {
      if (error instanceof tries.TryOvertaken) return await tries.turnOf(database, key)
      // It waits for the key, however long that is away.
      if (error instanceof EncryptionKeyError) await tries.takeBackTry(database, one)
      if (!(error instanceof Failed)) throw error
      return await failed(one, begun, error.why)
    }
  }

  async function failed(one: tries.Try, begun: tries.BegunTry, why: unknown): Promise<UpdateTry> {
    const { bot, updateId } = one
    if (why instanceof BotApiError && why.retryAfterMs !== undefined) {
      await tries.recordPause(database, one, { afterMs: why.retryAfterMs })
      logger.warn({ bot, updateId, afterMs: why.retryAfterMs }, 'Telegram wants a pause')
      return { kind: 'again', afterMs: why.retryAfterMs }
    }
    const attempts = begun.attempts + 1
    const isLast = attempts >= begun.maxAttempts || begun.unfinished > mostUnfinished
    const afterMs = updateRetryDelayMs(attempts)
    const of = { operator: begun.operator, bot }
    const text = cutError(why instanceof Error ? (why.stack ?? why.message) : String(why))
    const error = sealText(ring, { of, kind: 'error', id: String(updateId), text })
    await tries.recordFailed(database, one, { error, isLast, afterMs })
    logger.warn({ bot, updateId, attempt: attempts, isLast, error: why }, 'update not handled')
    if (!isLast) return { kind: 'again', afterMs }
    await wakeNext({ database, temporal }, one)
    return { kind: 'dead' }
  }

  /** @throws Failed for what the handler or Telegram did; whatever else is thrown is Postgres', or a process' end */
  async function handleAndAnswer(one: tries.Try, begun: tries.BegunTry, signal: AbortSignal): Promise<void> {
    const of: OfBot = { operator: begun.operator, bot: one.bot }
    const id = String(one.updateId)
    const replies = begun.replies
      ? (JSON.parse(openText(ring, { of, kind: 'replies', id, sealed: begun.replies })) as Reply[])
      : await handle(one, begun, signal)
    if (replies.length <= begun.sent) return
    const api = createBotApi({
      token: openText(ring, { of, kind: 'token', sealed: begun.token }),
      url: telegramUrl,
    })
    for (const [index, reply] of [...replies.entries()].slice(begun.sent)) {
      await unlessClosed(one, async () => await send(api, { of, id: `${id}/${index}`, reply }))
      await tries.recordSent(database, one)
    }
  }

  async function handle(one: tries.Try, begun: tries.BegunTry, signal: AbortSignal): Promise<Reply[]> {
    const { bot, updateId } = one
    const of: OfBot = { operator: begun.operator, bot }
    const handler = handlers.get(begun.handler)
    const update = JSON.parse(
      openText(ring, { of, kind: 'update', id: String(updateId), sealed: begun.body }),
    ) as Update
    let handled: Handled
    try {
      if (handler === undefined)
        throw new Error(
          `There is no handler '${begun.handler}' in this worker: see CARILLON_TELEGRAM_HANDLERS.`,
        )
      handled = await handler({
        bot,
        operator: begun.operator,
        update,
        requestId: telegramUpdateWorkflowId(one),
        attempt: begun.attempts + 1,
        signal,
      })
    } catch (error) {
      // The process ends.
      if (signal.aborted) throw error
      throw failure(error)
    }
    const replies = [...(handled.replies ?? [])]
    await tries.recordHandled(database, one, async (db) => {
      replies.push(...(await committed(handled, db)))
      const text = JSON.stringify(replies)
      return sealText(ring, { of, kind: 'replies', id: String(updateId), text })
    })
    return replies
  }

  async function committed({ commit }: Handled, db: Queryable): Promise<Reply[]> {
    try {
      const replies = (await commit?.(db)) ?? []
      // A constraint that is deferred would fail the transaction as it ends, and not the handler.
      if (commit !== undefined) await db.query('set constraints all immediate')
      return replies
    } catch (error) {
      if (whyUnreachable(error) !== undefined) throw error
      throw failure(error)
    }
  }

  /** @param id the same for this reply in each try */
  async function send(
    api: BotApi,
    { of, id, reply }: { of: OfBot; id: string; reply: Reply },
  ): Promise<void> {
    switch (reply.kind) {
      case 'message':
        await api.sendMessage(reply)
        return
      case 'pressed':
        await api.answerPressed(reply)
        return
      case 'progress': {
        const { user, runId } = reply
        const chat = sealText(ring, { of, kind: 'chat', id: user, text: String(reply.chat) })
        const progressId = uuidOf(`${of.bot}/${id}`)
        await insertProgress(database, { id: progressId, bot: of.bot, runId, user, chat })
        await startProgress(temporal, progressId)
      }
    }
  }

  /** To a chat that is gone nothing can be said, on no try: the update is handled all the same. */
  async function unlessClosed(key: UpdateKey, send: () => Promise<void>): Promise<void> {
    try {
      await send()
    } catch (error) {
      if (!isClosedChat(error)) throw failure(error)
      logger.info({ bot: key.bot, updateId: key.updateId }, 'the chat is closed: the answer is left out')
    }
  }
}

/** The same for the same name. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function diedText(times: number): string {
  return `It was begun ${times} times, and each time its process died: its handler may take the process with it.`
}
