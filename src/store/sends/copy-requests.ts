import type { Part } from '../../domain/definition.js'
import { sealingOf, type Queryable } from '../database.js'
import type { Sealing } from '../encryption/sealing.js'
import { readableParts } from '../reminders/definitions.js'
import { openUpload } from './uploads.js'
import { able, mayReachPeople } from './sends.js'

/** A device could not decrypt a message of ours. Its chat may be spelled in two ways: by number and by LID. */
export type CopyAsked = {
  messageId: string
  device: string
  chats: readonly [string, ...string[]]
  count: number
}

export type CopyRequest = {
  messageId: string
  device: string
  chat: string
  count: number
  /** Undefined where the content is gone. */
  part: Part | null
  upload: Buffer | null
}

// A phone gives up after five. One that can't be helped by three copies is healed by the next message, if at all.
const mostCopies = 3
// What a device asks for beyond that is a fault of its own that copies don't mend: whatsapp-rust #982 saw 68 a day, for weeks.
const mostPerDevice = 10
// A phone that was off for longer asks for messages that were long ago, and gets the next one.
const keptFor = `interval '24 hours'`

/** What reached WhatsApp, as far as is known. */
const wasSent = `s.state in ('acked', 'unknown')`

/**
 * Notes that devices ask for copies, once for each receipt of one however often it arrives. Nothing is noted where the
 * message is none of this account's to that chat, or where the device had as many as it may have.
 */
export async function noteCopiesAsked(
  db: Queryable,
  accountId: string,
  asked: readonly CopyAsked[],
): Promise<void> {
  // A row may not be written twice in one statement.
  const highest = new Map<string, CopyAsked>()
  for (const one of asked) {
    const key = `${one.messageId} ${one.device}`
    if (one.count > (highest.get(key)?.count ?? 0)) highest.set(key, one)
  }
  const sealing = await sealingOf(db)
  await db.query(
    `with asked as (
       select s.message_id, x.device, x.chats[1] as chat, x.count,
         row_number() over (partition by x.device order by s.message_id) + (
           select count(*) from copy_request c
           where c.account_id = $1 and c.device = x.device and c.asked_at > clock_timestamp() - ${keptFor}
         ) as place
       from jsonb_to_recordset($2::jsonb) x ("messageId" text, device text, chats text[], count integer)
         join send s on s.message_id = x."messageId"
         -- By its id: an account has more runs than are asked about.
         join lateral (select account_id from run where id = s.run_id offset 0) r on r.account_id = $1
         join target t on t.run_id = s.run_id and t.ordinal = s.ordinal
           and (t.jid = any (x.chats) or t.address = any (x.chats))
       where ${wasSent} or s.state = 'sending'
     )
     insert into copy_request (message_id, device, account_id, chat, count)
     select message_id, device, $1, chat, count from asked where place <= ${mostPerDevice}
     on conflict (message_id, device) do update
       set count = excluded.count, asked_at = clock_timestamp(), is_wanted = true
       where copy_request.copies < ${mostCopies} and excluded.count > copy_request.copies`,
    [accountId, JSON.stringify([...highest.values()].map((one) => numbersHidden(sealing, one)))],
  )
}

function numbersHidden(sealing: Sealing, { device, chats, ...rest }: CopyAsked) {
  return {
    ...rest,
    device: sealing.numbersHidden(device),
    chats: chats.map((chat) => sealing.numbersHidden(chat)),
  }
}

/** By the operator and by WhatsApp, for the chat of the request `c`. `$2` is the epoch. */
const mayBegin = `a.epoch = $2 and a.paused_reason is null and ${able} and (${mayReachPeople} or c.chat like '%@g.us')`

const isWanted = `c.is_wanted and c.asked_at > clock_timestamp() - ${keptFor}`

/** What was asked for first, of what may be sent now. */
export async function nextCopyRequest(
  db: Queryable,
  { accountId, epoch }: { accountId: string; epoch: number },
): Promise<CopyRequest | undefined> {
  const { ring } = await sealingOf(db)
  const { rows } = await db.query<Omit<CopyRequest, 'upload'> & Stored>(
    `select c.message_id as "messageId", c.device, c.chat, c.count, d.sealed_parts -> s.part as part,
       s.run_id as "runId", s.part as place, u.content, u.is_sealed as "isSealed"
     from copy_request c join account a on a.id = c.account_id join send s on s.message_id = c.message_id
       join run r on r.id = s.run_id join definition d on d.digest = r.digest
       left join upload u on u.run_id = s.run_id and u.part = s.part
     where c.account_id = $1 and ${isWanted} and ${mayBegin} and ${wasSent}
     order by c.asked_at limit 1`,
    [accountId, epoch],
  )
  return rows.map(({ runId, place, content, isSealed, ...request }) => {
    if (request.part !== null) readableParts([request.part])
    const upload =
      content === null
        ? null
        : openUpload(ring, { content, isSealed: isSealed === true }, { runId, part: place })
    return { ...request, upload }
  })[0]
}

type Stored = { runId: string; place: number; content: Buffer | null; isSealed: boolean | null }

/** Also those that may not be sent now. */
export async function areCopiesWanted(db: Queryable, accountId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from copy_request c where c.account_id = $1 and ${isWanted} limit 1`,
    [accountId],
  )
  return rowCount === 1
}

/** Writes that a copy is about to leave. False where it may not any more. */
export async function beginCopy(
  db: Queryable,
  { messageId, device, accountId, epoch }: CopyRequest & { accountId: string; epoch: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update copy_request c set copies = copies + 1 from account a
     where c.message_id = $3 and c.device = $4 and a.id = $1 and c.account_id = a.id and c.is_wanted and ${mayBegin}`,
    [accountId, epoch, messageId, device],
  )
  return rowCount === 1
}

/**
 * `isOver`: whatever came of it is known. Where it is not, the copy is sent again. What the device asked for meanwhile
 * stays. The rate slot is closed.
 */
export async function endCopy(
  db: Queryable,
  { messageId, device, count, isOver, slot }: CopyRequest & { isOver: boolean; slot: number },
): Promise<void> {
  await db.query(
    `with closed as (update rate_slot set open = false, at = clock_timestamp() where id = $5 and open)
     update copy_request set is_wanted = not $4 and copies < ${mostCopies}
     where message_id = $1 and device = $2 and count = $3`,
    [messageId, device, count, isOver, slot],
  )
}
