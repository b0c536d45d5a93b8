/** What `auto_explain` says of one statement that was run: its plan as JSON, with what it really did. */
export type Node = {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  'Temp Read Blocks'?: number
  Plans?: Node[]
}

export type Executed = {
  text: string
  ms: number
  /** Pages of 8 kB that it looked at, in memory or not. */
  buffers: number
  /** Rows of tables that it looked at, also to leave them out. */
  read: number
  /** That it returned, or changed. */
  rows: number
  /** Tables that it read from one end to the other. */
  scans: string[]
}

/** Tables whose rows come to be many; in the others, such as `account`, a scan reads a page or two. */
export const growingTables = [
  'reminder',
  'run',
  'target',
  'send',
  'chat_last_send',
  'audit',
  'rate_slot',
  'webhook_event',
  'webhook_delivery',
  'definition',
  'media',
  'upload',
  'copy_request',
  'account_person',
  'account_group',
  'auth_key',
  'event',
  'receipt',
  'telegram_update',
]

const form = /^duration: ([\d.]+) ms {2}plan:\n([^]*)$/

/** Undefined where the notice is another one. */
export function readNotice(message: string): Executed | undefined {
  const [, ms, json] = form.exec(message) ?? []
  if (ms === undefined || json === undefined) return undefined
  const { 'Query Text': text, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: Node }
  return {
    text: text.replaceAll(/\s+/g, ' ').trim(),
    ms: Number(ms),
    buffers: buffersOf(plan),
    read: readBy(plan),
    rows: rowsOf(plan),
    scans: scansOf(plan),
  }
}

function buffersOf(plan: Node): number {
  return (
    (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0) + (plan['Temp Read Blocks'] ?? 0)
  )
}

function readBy(plan: Node): number {
  const isTable = plan['Relation Name'] !== undefined && plan['Node Type'] !== 'ModifyTable'
  const each =
    (plan['Actual Rows'] ?? 0) +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0)
  const own = isTable ? each * (plan['Actual Loops'] ?? 1) : 0
  return own + (plan.Plans ?? []).reduce((sum, below) => sum + readBy(below), 0)
}

function rowsOf(plan: Node): number {
  const own = (plan['Actual Rows'] ?? 0) * (plan['Actual Loops'] ?? 1)
  return plan['Node Type'] === 'ModifyTable' ? Math.max(own, ...(plan.Plans ?? []).map(rowsOf)) : own
}

function scansOf(plan: Node): string[] {
  const name = plan['Relation Name']
  const own =
    plan['Node Type'].endsWith('Seq Scan') && name !== undefined && growingTables.includes(name) ? [name] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}
