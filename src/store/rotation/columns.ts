import { botContext } from '../../inbox/sealed.js'
import { proxySecretPlace } from '../accounts/proxy.js'
import { checkPlace } from '../encryption/encryption-check.js'
import { indexSecretContext } from '../encryption/index-secret.js'
import type { Context } from '../encryption/key-ring.js'
import { mediaContext } from '../reminders/media.js'
import { receiptKeysPlace } from '../receipts/keys.js'
import { uploadContext } from '../sends/uploads.js'

/** How a column is sealed, and so how one that is in clear becomes so. */
export type SealedForm =
  /** A text that is the words of a person, or has some of them at its end (`reason`). */
  | 'words'
  | 'reason'
  /** JSON with sealed texts in it: a definition, or what is known of a group. */
  | 'definition'
  | 'metadata'
  /** Bytes, which open in their own place and nowhere else: this is that of a row with these keys. */
  | ((keys: string[]) => Context)

export type SealedTable = {
  table: string
  /** What tells its rows apart, as far as a context has it. */
  keys: readonly string[]
  columns: Readonly<Record<string, SealedForm>>
  /** Whether the bytes of the row have the form of the key ring; where there is no such column, all have. */
  flag?: 'is_sealed'
  /** Rows of a batch, where they are large. */
  most?: number
}

/**
 * All that is sealed under the key ring in Postgres, in the order in which a rotation goes through it. What is new and sealed has a
 * line here, or its older keys could never be taken away.
 */
export const sealedTables: readonly SealedTable[] = [
  { table: 'index_secret', keys: [], columns: { secret: () => indexSecretContext } },
  { table: 'encryption_check', keys: [], columns: { value: () => checkPlace.context } },
  {
    table: 'account',
    keys: ['id'],
    columns: {
      state_detail: 'reason',
      paused_reason: 'reason',
      proxy: ([id = '']) => proxySecretPlace(id).context,
    },
  },
  { table: 'account_group', keys: [], columns: { subject: 'words', metadata: 'metadata' }, most: 50 },
  {
    table: 'api_request',
    keys: ['operator', 'key'],
    columns: { answer: ([operator = '', key = '']) => [operator, 'api_request', key] },
  },
  { table: 'audit', keys: [], columns: { reason: 'words' } },
  { table: 'auth_key', keys: ['account_id', 'category', 'id'], columns: { sealed: (keys) => keys } },
  { table: 'definition', keys: [], columns: { sealed_body: 'definition' }, most: 200 },
  {
    table: 'media',
    keys: ['digest'],
    columns: {
      bytes: ([digest = '']) => mediaContext(digest, 'bytes'),
      thumbnail: ([digest = '']) => mediaContext(digest, 'thumbnail'),
    },
    flag: 'is_sealed',
    // Each has up to 16 MB.
    most: 2,
  },
  {
    table: 'bot',
    keys: ['id'],
    columns: {
      token: ([id = '']) => botContext(id, 'token'),
      secret: ([id = '']) => botContext(id, 'secret'),
    },
  },
  {
    table: 'bot_user',
    keys: ['bot', 'name'],
    columns: { chat: ([bot = '', name = '']) => botContext(bot, 'chat', name) },
  },
  { table: 'pairing', keys: [], columns: { phone_number: 'words', challenge: 'words' } },
  { table: 'receipt_key', keys: [], columns: { secret: () => receiptKeysPlace.context } },
  { table: 'reminder', keys: [], columns: { reason: 'reason', ending_reason: 'reason' } },
  { table: 'run', keys: [], columns: { reason: 'reason' } },
  { table: 'target', keys: [], columns: { reason: 'reason' } },
  {
    table: 'telegram_progress',
    keys: ['bot', 'user_name'],
    columns: { chat: ([bot = '', name = '']) => botContext(bot, 'chat', name) },
  },
  {
    table: 'telegram_update',
    keys: ['bot', 'update_id'],
    columns: {
      body: ([bot = '', id = '']) => botContext(bot, 'update', id),
      replies: ([bot = '', id = '']) => botContext(bot, 'replies', id),
      error: ([bot = '', id = '']) => botContext(bot, 'error', id),
    },
  },
  { table: 'unlinking', keys: [], columns: { because: 'reason' } },
  {
    table: 'upload',
    keys: ['run_id', 'part'],
    columns: { content: ([runId = '', part = '']) => uploadContext(runId, Number(part)) },
    flag: 'is_sealed',
  },
  {
    table: 'webhook_endpoint',
    keys: ['operator', 'id'],
    columns: {
      secret: ([operator = '', id = '']) => [operator, 'webhook-secret', id],
      sealed_url: 'words',
    },
  },
]

/** Past the parsers, which would open it. */
export function asBytes([column, form]: [string, SealedForm]): string {
  return typeof form === 'function' ? column : `convert_to(${column}::text, 'UTF8')`
}
