import type { PoolClient } from 'pg'
import type { Checkpoint } from '../../src/receipts/checkpoint.js'
import { canonical, linked } from '../../src/receipts/entry.js'
import type { ChainFault } from '../../src/receipts/verify.js'
import { operator } from './scene.js'

export type Change = {
  name: string
  /** Made in a transaction that is rolled back. */
  make: (client: PoolClient) => Promise<unknown>
  /** What is to be found. */
  fault: Pick<ChainFault, 'kind' | 'seq'> & { to?: number }
  /** With a checkpoint that was kept elsewhere. */
  withKept?: true
}

const own = `operator = '${operator}'`
const bytes = `convert_to(body, 'UTF8')`

/** All that somebody may do who can write to Postgres, and knows how the chain is made. @param kept of an earlier end */
export function changes({
  rows,
  earlier,
  kept,
}: {
  rows: number
  earlier: Checkpoint
  kept: Checkpoint
}): Change[] {
  const seq = Math.floor(rows * 0.6)
  return [
    {
      name: 'one bit changed',
      make: (client) =>
        client.query(
          `update receipt set body = convert_from(set_bit(${bytes}, 800, 1 - get_bit(${bytes}, 800)), 'UTF8')
           where ${own} and seq = $1`,
          [seq],
        ),
      fault: { kind: 'altered', seq },
    },
    {
      name: 'one row changed, and hashed anew',
      make: (client) =>
        client.query(
          `update receipt set body = changed, hash = sha256(convert_to(changed, 'UTF8'))
           from (select seq as of, replace(body, '"at":"2', '"at":"3') as changed from receipt where ${own} and seq = $1
                 union all select seq, replace(body, '"finishedAt":"2', '"finishedAt":"3') from receipt where ${own} and seq = $1) c
           where ${own} and seq = $1 and c.of = seq and changed <> body`,
          [seq],
        ),
      fault: { kind: 'altered', seq },
    },
    {
      name: 'one row removed',
      make: (client) => client.query(`delete from receipt where ${own} and seq = $1`, [seq]),
      fault: { kind: 'missing', seq },
    },
    {
      name: 'one row removed, the others moved up',
      make: async (client) => {
        await client.query(`delete from receipt where ${own} and seq = $1`, [seq])
        await shift(client, seq, -1)
      },
      fault: { kind: 'missing', seq },
    },
    {
      name: 'two rows swapped',
      make: async (client) => {
        const far = 1_000_000_000
        for (const [from, to] of [
          [seq, far],
          [seq + 7, seq],
          [far, seq + 7],
        ])
          await client.query(`update receipt set seq = $2 where ${own} and seq = $1`, [from, to])
      },
      fault: { kind: 'moved', seq },
    },
    {
      name: 'one row inserted',
      make: async (client) => {
        await shift(client, seq - 1, 1)
        const { rows: found } = await client.query<{ hash: string }>(
          `select encode(hash, 'hex') as hash from receipt where ${own} and seq = $1`,
          [seq - 1],
        )
        const { hash, body } = linked(
          { operator, seq: seq - 1, hash: found[0]?.hash ?? '' },
          { kind: 'action', at: '2026-11-24T06:00:00.000Z', action: 'pause', subject: 'reminder:school/r-1' },
        )
        await client.query(
          `insert into receipt (operator, seq, hash, body) values ('${operator}', $1, $2, $3)`,
          [seq, Buffer.from(hash, 'hex'), body],
        )
      },
      fault: { kind: 'inserted', seq },
    },
    {
      name: 'the newest ten cut off',
      make: (client) => client.query(`delete from receipt where ${own} and seq > $1`, [rows - 10]),
      fault: { kind: 'cutOff', seq: rows - 9, to: rows },
    },
    {
      name: 'the newest cut off, and an older end put back',
      make: async (client) => {
        await client.query(`delete from receipt where ${own} and seq > $1`, [earlier.seq])
        await client.query(`update receipt_chain set seq = $1, hash = $2, head = $3 where ${own}`, [
          earlier.seq,
          Buffer.from(earlier.hash, 'hex'),
          canonical(earlier),
        ])
      },
      fault: { kind: 'cutOff', seq: earlier.seq + 1, to: kept.seq },
      withKept: true,
    },
  ]
}

/** All after that row, by one place. */
async function shift(client: PoolClient, after: number, by: 1 | -1): Promise<void> {
  const far = 1_000_000_000
  await client.query(`update receipt set seq = seq + ${far} where ${own} and seq > $1`, [after])
  await client.query(`update receipt set seq = seq - ${far} + $1 where ${own} and seq > ${far}`, [by])
}
