import { updateStates, type UpdateKey, type UpdateState } from '../../domain/telegram.js'
import { openText } from '../../inbox/sealed.js'
import { wakeUpdate } from '../../inbox/wake.js'
import { sealingOf } from '../../store/database.js'
import { EncryptionKeyError } from '../../store/encryption/key-ring.js'
import { redriveUpdate } from '../../store/inbox/redrive.js'
import * as store from '../../store/inbox/updates.js'
import type { Page } from '../../store/page.js'
import type { ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { readListQuery, type ListQuery } from '../paging.js'
import { checkStorable } from '../storable.js'
import { operatorRequest, type RequestOptions } from '../temporal/signals.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { say } from '../../domain/sentences/say.js'

export type InboxQuery = ListQuery<UpdateState> & {
  /** Only those of this bot. */
  bot?: string
}

export type UpdateDetails = store.UpdateView & {
  /** Of the last try that failed. */
  error: string | null
  /** What Telegram sent; null once it is done. */
  update: unknown
}

type RedriveOptions = Omit<RequestOptions, 'timeoutMs'>

/** The updates of bots: what waits, what was given up, and what is done and not purged yet. */
export type Inbox = {
  /** The latest first. @throws InputError */
  list(query?: InboxQuery): Promise<Page<store.UpdateView>>
  /** @throws CarillonError `not_found`, as the next; `not_ready` with another key */
  show(key: UpdateKey): Promise<UpdateDetails>
  /** A dead one is tried again, behind those that wait in its chat. One that waits or is over is left as it is (`already`). */
  redrive(key: UpdateKey, options?: RedriveOptions): Promise<store.UpdateView & { already?: true }>
  /** All that are dead, in the order in which they came. @returns how many */
  redriveAll(options?: RedriveOptions & { bot?: string }): Promise<{ redriven: number }>
}

/** One after the other: each is a transaction with its entry in the audit, and so a page is no long one. */
const page = 100

export function createInbox(context: ClientContext): Inbox {
  const { temporal, database, operator } = context

  async function find({ bot, updateId }: UpdateKey): Promise<store.SealedUpdate> {
    checkStorable({ bot })
    const found = Number.isSafeInteger(updateId)
      ? await store.findUpdate(database, { operator, bot, updateId })
      : undefined
    if (found) return found
    throw new CarillonError('not_found', say('noUpdate', { id: updateId, bot }))
  }

  async function open(
    { bot, updateId }: UpdateKey,
    kind: 'error' | 'update',
    sealed: Buffer,
  ): Promise<string> {
    const { ring } = await sealingOf(database)
    try {
      return openText(ring, { of: { operator, bot }, kind, id: String(updateId), sealed })
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      throw new CarillonError('not_ready', error.message, { cause: error })
    }
  }

  async function redriveOne(key: UpdateKey, request: { requestId: string; by?: string; reason?: string }) {
    const isRedriven = await redriveUpdate(database, { ...key, request })
    try {
      // Also where it was re-driven before: who did may have died before it could say so.
      await wakeUpdate(temporal, key)
    } catch (error) {
      throw explainTemporalError(error)
    }
    return isRedriven
  }

  return {
    async list(query = {}) {
      const { bot, ...rest } = query
      checkStorable({ bot })
      const { limit, states, cursor } = readListQuery(rest, { states: updateStates, cursorOf: ['id'] })
      return await store.listUpdates(database, {
        operator,
        limit,
        states: states ?? updateStates,
        ...(bot !== undefined && { bot }),
        ...(cursor && { after: cursor[0] ?? '' }),
      })
    },

    async show(key) {
      const { body, error: sealedError, ...view } = await find(key)
      const error = sealedError && (await open(key, 'error', sealedError))
      return { ...view, error, update: body && (JSON.parse(await open(key, 'update', body)) as unknown) }
    },

    async redrive(key, { reason, requestId } = {}) {
      const request = operatorRequest(context, reason, requestId)
      await find(key)
      const isRedriven = await redriveOne(key, request)
      const { body: _body, error: _error, ...view } = await find(key)
      return isRedriven ? view : { ...view, already: true }
    },

    async redriveAll({ bot, reason, requestId } = {}) {
      checkStorable({ bot })
      const request = operatorRequest(context, reason, requestId)
      let redriven = 0
      for (;;) {
        const dead = await store.deadUpdates(database, {
          operator,
          limit: page,
          ...(bot !== undefined && { bot }),
        })
        let isNew = false
        for (const key of dead)
          if (await redriveOne(key, request)) {
            redriven += 1
            isNew = true
          }
        // What this request has re-driven once and is dead again stays so.
        if (dead.length < page || !isNew) return { redriven }
      }
    },
  }
}
