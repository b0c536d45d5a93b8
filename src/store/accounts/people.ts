import type { Queryable } from '../database.js'

/** Where messages to a person go: by LID where there is one. */
export type PersonAddress = { pn: string | null; lid: string | null }

/** What WhatsApp answered for a JID of a reminder; neither a number nor a LID where it is not on WhatsApp. */
export type KnownPerson = PersonAddress & { jid: string }

export type PersonOfTarget = KnownPerson & {
  accountId: string
  /** Where earlier messages of this target went, or may have. */
  sentTo: string | null
  /** Whether WhatsApp was asked. */
  isKnown: boolean
  /** Whether the answer is to be believed still. */
  isFresh: boolean
}

// A number without a LID gets one any day, and one that is not on WhatsApp may come to it. Who sends such targets again by hand
// wants WhatsApp to be asked again. To ask often, and for many, is what spammers do.
const isFresh = `(p.moved_at is not null
  or (p.lid is not null and p.asked_at > now() - interval '30 days')
  or (p.lid is null and p.asked_at > now() - interval '1 day'
      and (p.pn is not null or r.retried_at is null or p.asked_at > r.retried_at)))`

/** `isUncertain`: an earlier attempt of this part may be out. */
export type AddressedSend = { runId: string; ordinal: number; part: number; isUncertain: boolean }

/** The person behind a target, as far as WhatsApp was asked. Undefined for a group. */
export async function personOfTarget(
  db: Queryable,
  { runId, ordinal, part, isUncertain }: AddressedSend,
): Promise<PersonOfTarget | undefined> {
  const { rows } = await db.query<PersonOfTarget>(
    `select r.account_id as "accountId", t.jid, p.pn, p.lid, p.jid is not null as "isKnown",
       coalesce(${isFresh}, false) as "isFresh",
       case when $4 or exists (select from send s where s.run_id = t.run_id and s.ordinal = t.ordinal and s.part <> $3
                                 and s.state in ('sending', 'acked', 'unknown'))
            then t.address end as "sentTo"
     from target t join run r on r.id = t.run_id
       left join account_person p on p.account_id = r.account_id and p.jid = t.jid
     where t.run_id = $1 and t.ordinal = $2 and t.jid not like '%@g.us'`,
    [runId, ordinal, part, isUncertain],
  )
  return rows[0]
}

/** The numbers of this run that WhatsApp is to be asked for, from this target on: a few, as one question. */
export async function numbersToAsk(
  db: Queryable,
  { runId, ordinal, most }: { runId: string; ordinal: number; most: number },
): Promise<string[]> {
  const { rows } = await db.query<{ jid: string }>(
    `select t.jid from target t join run r on r.id = t.run_id
       left join account_person p on p.account_id = r.account_id and p.jid = t.jid
     where t.run_id = $1 and t.ordinal >= $2 and t.ordinal < $2 + $3 and t.state = 'pending'
       and t.jid like '%@s.whatsapp.net' and not coalesce(${isFresh}, false)
     order by t.ordinal`,
    [runId, ordinal, most],
  )
  return rows.map(({ jid }) => jid)
}

/** A LID that is known stays so where an answer has none for the same number. */
export async function savePeople(
  db: Queryable,
  { accountId, people }: { accountId: string; people: KnownPerson[] },
): Promise<void> {
  await db.query(
    `insert into account_person as p (account_id, jid, pn, lid)
     select $1, * from unnest($2::text[], $3::text[], $4::text[])
     on conflict (account_id, jid) do update set pn = excluded.pn, asked_at = now(),
       lid = coalesce(excluded.lid, case when excluded.pn = p.pn then p.lid end)
     where p.moved_at is null`,
    [accountId, people.map(({ jid }) => jid), people.map(({ pn }) => pn), people.map(({ lid }) => lid)],
  )
}

/** The person whom a message could not be sent to is asked for again, next time. */
export async function forgetPerson(
  db: Queryable,
  { accountId, jid }: { accountId: string; jid: string },
): Promise<void> {
  await db.query(`delete from account_person where account_id = $1 and jid = $2 and moved_at is null`, [
    accountId,
    jid,
  ])
}

export type MovedPerson = {
  accountId: string
  from: { pn: string; lid: string | undefined }
  to: { pn: string; lid: string | undefined }
}

/**
 * A person has another number (and perhaps another LID) from now on: what reminders have of them leads there, and so do the
 * number and the LID of before.
 */
export async function movePerson(db: Queryable, { accountId, from, to }: MovedPerson): Promise<void> {
  await db.query(
    `with named as (
       select jid from account_person where account_id = $1 and (pn = $2 or lid = $3)
       union select $2 union select $3 where $3::text is not null and $3 is distinct from $5
     ), back as (
       delete from account_person where account_id = $1 and jid = $4
     )
     insert into account_person as p (account_id, jid, pn, lid, moved_at)
       select $1, jid, $4, $5, now() from named where jid is distinct from $4
     on conflict (account_id, jid) do update
       set pn = excluded.pn, lid = coalesce(excluded.lid, p.lid), moved_at = now(), asked_at = now()`,
    [accountId, from.pn, from.lid ?? null, to.pn, to.lid ?? null],
  )
}

/**
 * Takes this address for the target. Nobody else of the run may have it, nor another of the addresses of the same person.
 * @returns the ordinal of the target that has the person already, or undefined
 */
export async function takeAddress(
  db: Queryable,
  { runId, ordinal, address, others }: { runId: string; ordinal: number; address: string; others: string[] },
): Promise<number | undefined> {
  const { rows } = await db.query<{ ordinal: number }>(
    `with other as (
       select ordinal from target where run_id = $1 and ordinal <> $2 and address = any ($4) order by ordinal limit 1
     ), taken as (
       update target set address = $3
       where run_id = $1 and ordinal = $2 and address is distinct from $3 and not exists (select from other)
     )
     select ordinal from other`,
    [runId, ordinal, address, [address, ...others]],
  )
  return rows[0]?.ordinal
}

/** Of these JIDs, those that WhatsApp was asked for, as far as its answer is to be believed still. */
export async function knownPeople(
  db: Queryable,
  { accountId, jids }: { accountId: string; jids: string[] },
): Promise<(KnownPerson & { hasMoved: boolean })[]> {
  const { rows } = await db.query<KnownPerson & { hasMoved: boolean }>(
    `select p.jid, p.pn, p.lid, p.moved_at is not null as "hasMoved"
     from account_person p cross join (select null::timestamptz as retried_at) r
     where p.account_id = $1 and p.jid = any ($2) and ${isFresh}`,
    [accountId, jids],
  )
  return rows
}
