import type { Update } from 'grammy/types'
import type { Queryable } from '../store/database.js'

export type { Update }

/** A button under a message. Pressed, it comes back as a `callback_query` with its `data` (64 bytes at most). */
export type Button = { text: string; data: string }

/** What is to be sent to Telegram for an update, in order. */
export type Reply =
  /** Plain text. What is longer than a message may be is cut. */
  | { kind: 'message'; chat: number; text: string; buttons?: Button[][] }
  /** Ends the waiting of a button that was pressed. */
  | { kind: 'pressed'; callback: string; text?: string }
  /** A message that tells of a run, and is edited as it goes. */
  | { kind: 'progress'; chat: number; runId: string; user: string }

export type Handled = {
  replies?: Reply[]
  /**
   * Writes in the transaction that marks the update as handled: what is written here is written once, whatever dies. All else that a
   * handler does may be done again by another try, so give it `requestId`, or do it so that twice is once. What it returns is
   * sent after `replies`.
   */
  commit?: (db: Queryable) => Promise<Reply[] | void>
}

export type UpdateRequest = {
  /** The id of the bot here. */
  bot: string
  /** Whose bot it is. */
  operator: string
  update: Update
  /** The same in every try of this update. */
  requestId: string
  /** From 1. */
  attempt: number
  /** Aborted when the process ends. */
  signal: AbortSignal
}

/**
 * What a bot does with its updates, one after the other in each chat. What it throws is a try that failed: 30 s, 2 min, 10 min
 * and then hours later it is called again, until the update is dead.
 */
export type TelegramHandler = (request: UpdateRequest) => Promise<Handled>
