import type { AccountState } from '../../domain/states.js'
import { unasked, type Asker } from '../audit.js'
import { onlyRow, type Queryable } from '../database.js'
import { words } from '../encryption/sealed-value.js'
import type { WithSaid } from '../../domain/sentences/read.js'

export type PairingRequest = {
  accountId: string
  method: 'qr' | 'code'
  phoneNumber?: string
  /** How long codes are shown. */
  forMs: number
  /** The phone may have another number than the one that the account was linked to. */
  mayBeOther: boolean
}

/**
 * Asks for the account to be linked: the session finds the method, and the number where it needs one, here. A
 * challenge of an earlier try is cleared, and a request to unlink that is not done yet is overruled. Returns the time of the
 * request by the database's clock.
 */
export async function requestPairing(
  db: Queryable,
  request: PairingRequest,
  asker: Asker = unasked,
): Promise<Date> {
  const { rows } = await db.query<{ updated_at: Date }>(
    `with overruled as (
       delete from unlinking where account_id = $1 and not removes
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'session:' || id, 'pair', $6, $7 from account where id = $1
     )
     insert into pairing (account_id, method, phone_number, expires_at, may_be_other)
     values ($1, $2, $3, now() + $4::float8 * interval '1 millisecond', $5)
     on conflict (account_id) do update
       set method = excluded.method, phone_number = excluded.phone_number, challenge = null, updated_at = now(),
         expires_at = excluded.expires_at, may_be_other = excluded.may_be_other
     returning updated_at`,
    [
      request.accountId,
      request.method,
      words(request.phoneNumber ?? null),
      request.forMs,
      request.mayBeOther,
      asker.actor,
      asker.via,
    ],
  )
  return onlyRow(rows, 'pairing request').updated_at
}

export type PairingView = WithSaid<'stateDetail'> & {
  state: AccountState
  stateDetail: string | null
  stateSince: Date
  method: 'qr' | 'code' | null
  challenge: string | null
  /** Until when codes are shown. */
  expiresAt: Date | null
}

const shown = `account.state, account.state_detail as "stateDetail", account.state_since as "stateSince",
  pairing.method, pairing.challenge, pairing.expires_at as "expiresAt"`

/** The account's state together with the challenge to show, if there is one. */
export async function pairingView(db: Queryable, accountId: string): Promise<PairingView | undefined> {
  const { rows } = await db.query<PairingView>(
    `select ${shown} from account left join pairing on pairing.account_id = account.id where account.id = $1`,
    [accountId],
  )
  return rows[0]
}

/** What a notification begins with that says that the pairing of the account after it is another one, or over. */
export const pairingNews = 'pairing:'

export type WatchedPairing = {
  accountId: string
  operator: string
  view: PairingView
  /** Nobody takes it up any more; who had before says how it ends. */
  isExpired: boolean
}

/** The same of several accounts, of those that there are. */
export async function watchedPairings(
  db: Queryable,
  accountIds: readonly string[],
): Promise<WatchedPairing[]> {
  const { rows } = await db.query<PairingView & Omit<WatchedPairing, 'view'>>(
    `select ${shown}, account.id as "accountId", account.operator,
       coalesce(pairing.expires_at <= clock_timestamp(), false) as "isExpired"
     from account left join pairing on pairing.account_id = account.id
     where account.id = any ($1)`,
    [accountIds],
  )
  return rows.map(({ accountId, operator, isExpired, ...view }) => ({ accountId, operator, isExpired, view }))
}

export type OpenPairing = PairingRequest & {
  /** When it ends, as Postgres has it to the microsecond: by that it is told from a later request. */
  until: string
  /** The number that the account was linked to, as a JID. */
  linkedJid?: string
}

/** `forMs` is what is left of it. Undefined where nobody waits for it any more. */
export async function findPairingRequest(db: Queryable, accountId: string): Promise<OpenPairing | undefined> {
  const { rows } = await db.query<{
    method: 'qr' | 'code'
    phone_number: string | null
    forMs: number
    mayBeOther: boolean
    jid: string | null
    until: string
  }>(
    `select method, phone_number, may_be_other as "mayBeOther", jid,
       extract(epoch from expires_at - clock_timestamp())::float8 * 1000 as "forMs", expires_at::text as until
     from pairing join account on id = account_id where account_id = $1 and expires_at > clock_timestamp()`,
    [accountId],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { method, phone_number, forMs, mayBeOther, jid, until } = row
  return {
    accountId,
    method,
    forMs,
    until,
    mayBeOther,
    ...(phone_number === null ? {} : { phoneNumber: phone_number }),
    ...(jid === null ? {} : { linkedJid: jid }),
  }
}

/** The challenge to show to the operator now; none for an account that is not being linked, or is by now in another way. */
export async function saveChallenge(
  db: Queryable,
  { accountId, until, challenge }: Pick<OpenPairing, 'accountId' | 'until'> & { challenge: string },
): Promise<void> {
  await db.query(
    'update pairing set challenge = $2, updated_at = now() where account_id = $1 and expires_at = $3::timestamptz',
    [accountId, words(challenge), until],
  )
}

/** Nobody served it in time, and nobody waits for it any more. */
export async function clearExpiredPairing(db: Queryable, accountId: string): Promise<void> {
  await db.query('delete from pairing where account_id = $1 and expires_at <= clock_timestamp()', [accountId])
}

/**
 * The device is linked, or it was given up: nothing of the request stays, least of all the phone number. One that was made
 * meanwhile stays.
 */
export async function clearPairing(
  db: Queryable,
  { accountId, until }: Pick<OpenPairing, 'accountId' | 'until'>,
): Promise<void> {
  await db.query('delete from pairing where account_id = $1 and expires_at = $2::timestamptz', [
    accountId,
    until,
  ])
}
