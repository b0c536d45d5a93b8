import {
  latestEvents,
  openTransactions,
  purgeEvents,
  readEvents,
  runSnapshots,
  runsUnderWay,
  settleLog,
  watchEvents,
} from '../../../src/store/events/event-log.js'
import { eventLog, operator } from '../scene.js'
import type { Statements } from './statements.js'

const limit = 50
const after = { log: eventLog, xid: 100n, id: 0 }

export const ofEvents: Statements = {
  'events/event-log.watchEvents': (db) => watchEvents(db, { listensMs: 60_000 }),
  'events/event-log.settleLog': (db) => settleLog(db, eventLog),
  'events/event-log.openTransactions': (db) => openTransactions(db),
  'events/event-log.readEvents': async (db) => {
    await readEvents(db, { after, limit })
    await readEvents(db, { after, limit, operator })
  },
  'events/event-log.latestEvents': (db) => latestEvents(db, { log: eventLog, limit }),
  'events/event-log.purgeEvents': (db) => purgeEvents(db),
  'events/event-log.runSnapshots': (db, { run }) => runSnapshots(db, [run.runId]),
  'events/event-log.runsUnderWay': (db) => runsUnderWay(db, limit),
}
