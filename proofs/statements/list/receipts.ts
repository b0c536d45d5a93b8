import { signerOf, newSigningKey } from '../../../src/receipts/checkpoint.js'
import { keyedDigests } from '../../../src/receipts/digests.js'
import { linked } from '../../../src/receipts/entry.js'
import { KeyRing } from '../../../src/store/encryption/key-ring.js'
import { cutReceipts } from '../../../src/store/jobs/receipts-cut.js'
import { writeReceipts } from '../../../src/store/jobs/receipts.js'
import {
  appendReceipts,
  chainState,
  findReceipt,
  lockChain,
  receiptProgress,
  receiptsAfter,
  storedChain,
} from '../../../src/store/receipts/chain.js'
import { endedColumns, withTargets, type EndedRow } from '../../../src/store/receipts/ended-runs.js'
import { knownDigests, receiptKeys } from '../../../src/store/receipts/keys.js'
import {
  actionsInChain,
  purgedReminders,
  runsInChain,
  runsOutOfChain,
} from '../../../src/store/receipts/ledger.js'
import {
  actionsWithoutReceipt,
  markWritten,
  receiptBacklog,
  runsWithoutReceipt,
} from '../../../src/store/receipts/without-receipt.js'
import { operator } from '../scene.js'
import type { Statements } from './statements.js'

const ring = KeyRing.of(Buffer.alloc(32, 7))
const logger = { warn: () => undefined }
const digests = keyedDigests(Buffer.alloc(32, 7))
const runId = `run:${operator}/r-4@1`
const limit = 100

export const ofReceipts: Statements = {
  'jobs/receipts.writeReceipts': (db) => writeReceipts({ database: db, ring, logger }),
  'jobs/receipts-cut.cutReceipts': (db) => cutReceipts({ database: db, ring, logger }, { days: 365 }),
  'receipts/chain.lockChain': (db) => lockChain(db, operator),
  'receipts/chain.appendReceipts': async (db) => {
    const end = await lockChain(db, operator)
    const receipt = linked(end, {
      kind: 'action',
      at: new Date().toISOString(),
      action: 'pause',
      subject: 'reminder:school/live-1',
    })
    const head = signerOf(newSigningKey()).sign({ operator, ...receipt, at: new Date() })
    await appendReceipts(db, { receipts: [receipt], head })
  },
  'receipts/chain.chainState': (db) => chainState(db, operator),
  'receipts/chain.receiptsAfter': (db) => receiptsAfter(db, { operator, after: 1_000, limit }),
  'receipts/chain.storedChain': (db) => storedChain(db, operator).rows(2_000),
  'receipts/chain.findReceipt': (db) => findReceipt(db, { operator, runId }),
  'receipts/chain.receiptProgress': (db) => receiptProgress(db, { operator, runId }),
  'receipts/keys.receiptKeys': (db) => receiptKeys(db, { ring, logger }),
  'receipts/keys.knownDigests': (db) => knownDigests(db, ring),
  'receipts/ended-runs.withTargets': async (db) => {
    const { rows } = await db.query<EndedRow>(`select ${endedColumns} from run where id = $1`, [runId])
    await withTargets(db, rows)
  },
  'receipts/ledger.actionsInChain': async (db) => {
    await actionsInChain(db, { operator, from: 1_000, to: 1_000 + limit })
    await actionsInChain(db, { operator, from: 1_000_000_000, to: null })
  },
  'receipts/ledger.runsInChain': (db) => runsInChain(db, { operator, runIds: [runId] }),
  'receipts/ledger.purgedReminders': (db) => purgedReminders(db, { operator, keys: ['r-4'] }),
  'receipts/ledger.runsOutOfChain': async (db) => {
    const page = await runsOutOfChain(db, { operator, limit })
    await runsOutOfChain(db, { operator, limit, ...(page.next && { after: page.next }) })
  },
  'receipts/without-receipt.actionsWithoutReceipt': (db) => actionsWithoutReceipt(db, { digests, limit }),
  'receipts/without-receipt.runsWithoutReceipt': (db) => runsWithoutReceipt(db, { digests, limit }),
  'receipts/without-receipt.markWritten': (db) =>
    markWritten(db, [
      { of: { kind: 'action', auditId: 1 }, seq: 1 },
      { of: { kind: 'run', runId }, seq: 2 },
    ]),
  'receipts/without-receipt.receiptBacklog': (db) => receiptBacklog(db),
}
