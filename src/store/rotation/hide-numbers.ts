import { inTransaction, sealingOf, type Database, type Queryable } from '../database.js'
import type { Sealing } from '../encryption/sealing.js'
import { countersAndNames } from '../accounts/auth-keys.js'
import { subjectIndex } from '../accounts/groups.js'
import { resealedBody } from '../reminders/definitions.js'

/** Where a JID with a number is, or stands in the key of a row. */
const columns: readonly [table: string, column: string][] = [
  ['account', 'jid'],
  ['account_group', 'jid'],
  ['account_person', 'jid'],
  ['account_person', 'pn'],
  ['chat_last_send', 'jid'],
  ['copy_request', 'chat'],
  ['copy_request', 'device'],
  ['run_left_out', 'jid'],
  ['target', 'address'],
  ['target', 'jid'],
]

const numbered = String.raw`^\d{5,20}(-\d{5,20}@g\.us|([:_]\d+)*@(s\.whatsapp\.net|c\.us))$`
const most = 5_000

/**
 * Once, in a database of before: each number in clear gets its alias, since rows are looked up by that from now on, and each group
 * the index of its name. Workers that start meanwhile wait for it. Returns how many there were; undefined where it was done before.
 */
export async function hideNumbers(database: Database): Promise<number | undefined> {
  return await inTransaction(database, async (client) => {
    await client.query('lock table encryption_check in share row exclusive mode')
    const { rowCount } = await client.query(
      'select from index_secret where replaced_at is null and numbers_hidden_at is null',
    )
    if (rowCount !== 1) return undefined
    const sealing = await sealingOf(client)
    let count = await hideInDefinitions(client, sealing)
    for (const [table, column] of columns)
      count += await replaceEach(client, { table, column, where: `${column} ~ '${numbered}'` }, (jid) =>
        sealing.numbersHidden(jid),
      )
    const categories = countersAndNames.map((name) => `'${name}'`).join(', ')
    const ids = {
      table: 'auth_key',
      column: 'id',
      where: `category not in (${categories}) and id ~ '\\d{7}'`,
    }
    count += await replaceEach(client, ids, (id) => sealing.longNumbersHidden(id))
    await indexGroups(client, sealing)
    await client.query('update index_secret set numbers_hidden_at = now() where replaced_at is null')
    return count
  })
}

/** Each text once, however many rows have it. Past the parsers and the parameters, which would hide and open it. */
async function replaceEach(
  client: Queryable,
  { table, column, where }: { table: string; column: string; where: string },
  hidden: (clear: string) => string,
): Promise<number> {
  const { rows } = await client.query<{ clear: Buffer }>(
    `select distinct convert_to(${column}, 'UTF8') as clear from ${table} where ${where}`,
  )
  const pairs = rows.flatMap(({ clear }) => {
    const after = hidden(clear.toString())
    return after === clear.toString() ? [] : [{ clear, after: Buffer.from(after) }]
  })
  let count = 0
  for (let from = 0; from < pairs.length; from += most) {
    const some = pairs.slice(from, from + most)
    const { rowCount } = await client.query(
      `update ${table} t set ${column} = convert_from(c.after, 'UTF8') from unnest($1::bytea[], $2::bytea[]) as c (clear, after)
       where t.${column} = convert_from(c.clear, 'UTF8') and ${where.replaceAll(column, `t.${column}`)}`,
      [some.map(({ clear }) => clear), some.map(({ after }) => after)],
    )
    count += rowCount ?? 0
  }
  return count
}

/** The targets of a run are made of them in Postgres. */
async function hideInDefinitions(client: Queryable, sealing: Sealing): Promise<number> {
  let count = 0
  let after = ''
  for (;;) {
    const { rows } = await client.query<{ digest: string; body: Buffer }>(
      `select digest, convert_to(sealed_body::text, 'UTF8') as body from definition
       where digest > $1 and jsonb_path_exists(sealed_body, '$.audience.recipients[*] ? (@ like_regex "^[0-9]+(-[0-9]+@g|@s)")')
       order by digest limit ${most}`,
      [after],
    )
    const last = rows.at(-1)
    if (last === undefined) return count
    after = last.digest
    await client.query(
      `update definition d set sealed_body = convert_from(c.body, 'UTF8')::jsonb
       from unnest($1::text[], $2::bytea[]) as c (digest, body) where d.digest = c.digest`,
      [
        rows.map(({ digest }) => digest),
        rows.map(({ body }) => Buffer.from(resealedBody(sealing, body.toString()))),
      ],
    )
    count += rows.length
  }
}

async function indexGroups(client: Queryable, sealing: Sealing): Promise<void> {
  const { rows } = await client.query<{ accountId: string; subject: string }>(
    `select distinct account_id as "accountId", subject from account_group where subject_index is null`,
  )
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most)
    await client.query(
      `update account_group g set subject_index = c.index
       from unnest($1::text[], $2::bytea[], $3::bytea[]) as c (account_id, subject, index)
       where g.account_id = c.account_id and g.subject_index is null and g.subject = convert_from(c.subject, 'UTF8')`,
      [
        some.map(({ accountId }) => accountId),
        some.map(({ subject }) => Buffer.from(subject)),
        some.map((group) => subjectIndex(sealing, group)),
      ],
    )
  }
}
