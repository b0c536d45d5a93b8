import type { AccountState } from '../../domain/states.js'
import { onlyRow, type Queryable } from '../database.js'

export type PairingRequest = { accountId: string; method: 'qr' | 'code'; phoneNumber?: string }

/**
 * Asks for the account to be linked: the session finds the method, and the number where it needs one, here. A
 * challenge of an earlier try is cleared. Returns the time of the request by the database's clock.
 */
export async function requestPairing(db: Queryable, request: PairingRequest): Promise<Date> {
  const { rows } = await db.query<{ updated_at: Date }>(
    `insert into pairing (account_id, method, phone_number) values ($1, $2, $3)
     on conflict (account_id) do update
       set method = excluded.method, phone_number = excluded.phone_number, challenge = null, updated_at = now()
     returning updated_at`,
    [request.accountId, request.method, request.phoneNumber ?? null],
  )
  return onlyRow(rows, 'pairing request').updated_at
}

export type PairingView = {
  state: AccountState
  stateDetail: string | null
  stateSince: Date
  method: 'qr' | 'code' | null
  challenge: string | null
}

/** The account's state together with the challenge to show, if there is one. */
export async function pairingView(db: Queryable, accountId: string): Promise<PairingView | undefined> {
  const { rows } = await db.query<PairingView>(
    `select account.state, account.state_detail as "stateDetail", account.state_since as "stateSince",
            pairing.method, pairing.challenge
     from account left join pairing on pairing.account_id = account.id
     where account.id = $1`,
    [accountId],
  )
  return rows[0]
}

export async function findPairingRequest(
  db: Queryable,
  accountId: string,
): Promise<PairingRequest | undefined> {
  const { rows } = await db.query<{ method: 'qr' | 'code'; phone_number: string | null }>(
    'select method, phone_number from pairing where account_id = $1',
    [accountId],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return {
    accountId,
    method: row.method,
    ...(row.phone_number === null ? {} : { phoneNumber: row.phone_number }),
  }
}

/** The challenge to show to the operator now; none for an account that is not being linked. */
export async function saveChallenge(
  db: Queryable,
  { accountId, challenge }: { accountId: string; challenge: string },
): Promise<void> {
  await db.query('update pairing set challenge = $2, updated_at = now() where account_id = $1', [
    accountId,
    challenge,
  ])
}

/** The device is linked, or it was given up: nothing of the request stays, least of all the phone number. */
export async function clearPairing(db: Queryable, accountId: string): Promise<void> {
  await db.query('delete from pairing where account_id = $1', [accountId])
}
