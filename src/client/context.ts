import type { Client } from '@temporalio/client'
import { whoOf, type Access } from '../domain/access.js'
import type { Way } from '../domain/ways.js'
import type { AccountEstimates } from '../estimates/account-estimates.js'
import type { Asker } from '../store/audit.js'
import type { Database } from '../store/database.js'
import type { MediaHolder } from '../store/reminders/media.js'
import type { NamedFile, ReadMedia } from './input/media/media.js'

/** The context of each part of the client. */
export type ClientContext = {
  temporal: Client
  database: Database
  /** Whatever is read or written is this operator's. */
  operator: string
  /** What a token allows; none is the engineer's own client, which may do all that its operator may. */
  access?: Access
  /** How it is asked, for the audit; `library` when not given. */
  via?: Way
  /** Those of the client that this one was made of. */
  estimates?: AccountEstimates
  /** Of the Bot API; Telegram's own when not given. */
  telegramUrl?: string | undefined
  /** How a file that a part names is found; on this machine's disk when not given. */
  readMedia?: (named: NamedFile, holder: MediaHolder) => Promise<ReadMedia>
}

/** Who asks, for the audit. */
export function whoAsks({ operator, access }: Pick<ClientContext, 'operator' | 'access'>): string {
  return access === undefined ? operator : whoOf(access)
}

/** The same with the way that it comes. */
export function askerOf(context: Pick<ClientContext, 'operator' | 'access' | 'via'>): Asker {
  return { actor: whoAsks(context), via: context.via ?? 'library' }
}

/** What is of another account is not there for it. */
export function maySeeAccount({ access }: Pick<ClientContext, 'access'>, accountId: string): boolean {
  return access?.accounts === undefined || access.accounts.includes(accountId)
}

/** Whose media are there for it. Nobody's uploads but the own ones are of an account. */
export function mediaHolder(context: Pick<ClientContext, 'operator' | 'access'>): MediaHolder {
  const { operator, access } = context
  return { operator, ...(access?.accounts && { accounts: access.accounts, actor: whoAsks(context) }) }
}
