import type { Database } from '../../src/store/database.js'
import { migrate } from '../../src/store/migrate.js'
import { generateKept } from './data.js'
import { growing } from './growth.js'
import { allStatements } from './list/all.js'
import { perMessage } from './list/ledger.js'
import { measure } from './measure.js'
import type { StatementsResult } from './report.js'
import { prepareScene, startScene } from './scene.js'

const remindersAtOne = 1_000_000
/** Below it, a scan of a whole table may be the best there is. */
const leastScale = 0.1

export async function runBench(
  database: Database,
  { scale, say, signal }: { scale: number; say: (text: string) => void; signal: AbortSignal },
): Promise<StatementsResult> {
  await migrate(database)
  await prepareScene(database)
  const narrow = await startScene(database, { name: 'narrow', targets: 1_000 })
  const wide = await startScene(database, { name: 'wide', targets: 10_000 })
  const isSeqScanAvoided = scale < leastScale
  const all = { statements: allStatements, scene: narrow, isSeqScanAvoided }
  const reminders = Math.round(remindersAtOne * scale)
  const tenth = Math.round(reminders / 10)

  await generateKept(database, { from: 0, to: tenth }, say)
  signal.throwIfAborted()
  say('Running every statement, with a tenth')
  const few = await measure(database, { ...all, isSeqScanAvoided: true })
  await generateKept(database, { from: tenth, to: reminders }, say)
  signal.throwIfAborted()
  say('Running every statement, with all')
  const many = await measure(database, all)
  say('Running the statements of a message, in a run that is ten times as wide')
  const ofNarrow = await measure(database, { ...all, statements: perMessage })
  const ofWide = await measure(database, { ...all, statements: perMessage, scene: wide })

  const statements = [...many].map(([key, one]) => ({
    ...one,
    buffersBefore: few.get(key)?.buffers ?? null,
  }))
  const scanning = statements.filter(({ scans }) => scans.length > 0)
  const grown = growing(few, many)
  const growingByRun = growing(ofNarrow, ofWide)
  return {
    scale,
    statements,
    growing: grown,
    growingByRun,
    perMessage: [...ofNarrow].map(([key, { name, text, ms, read }]) => {
      const wider = ofWide.get(key)
      return { name, text, ms, msWide: wider?.ms ?? 0, read, readWide: wider?.read ?? 0 }
    }),
    scanning,
    isGood: scanning.length + grown.length + growingByRun.length === 0,
  }
}
