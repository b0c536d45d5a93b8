/**
 * Preloaded into each worker of the campaign, or each process of the API: it dies when Postgres has answered something that wrote, and before
 * anything of it has seen the answer; once for each text, whichever process is the first to have it. A transaction has the
 * text of all that was asked in it, and is answered when it is committed.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../src/stack/errors.js'
import { watchQueries } from '../shared/watched-queries.js'
import { armedFile, deathsFolder } from './folder.js'

const folder = deathsFolder(process.env.CARILLON_HOME ?? '.')
const armed = join(folder, armedFile)
const reads =
  /^(?:select (?!.* from [a-z_]+\()(?!.* for (?:no key )?update)|with (?!.*(?:insert|update|delete) )|show |set |listen )/i
const transactions = new WeakMap<object, string[]>()
const passed = new Set<string>()

/** What it wrote, where this was the end of something that did. */
function writtenBy(client: object, text: string): string | undefined {
  const open = transactions.get(client)
  const verb = text.toLowerCase()
  if (verb === 'begin') transactions.set(client, [])
  else if (verb === 'commit' || verb === 'rollback') transactions.delete(client)
  else open?.push(text)
  if (verb === 'commit') return open?.some((one) => !reads.test(one)) === true ? open.join('; ') : undefined
  if (verb === 'begin' || verb === 'rollback' || open) return undefined
  return reads.test(text) ? undefined : text
}

function dieOnce(written: string): void {
  const name = createHash('sha256').update(written).digest('hex')
  if (passed.has(name) || !existsSync(armed)) return
  passed.add(name)
  if (readdirSync(folder).length > Number(readFileSync(armed, 'utf8'))) return
  try {
    writeFileSync(join(folder, name), written, { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return // another was the first
    throw error
  }
  process.kill(process.pid, 'SIGKILL')
}

watchQueries((text, client) => {
  const written = writtenBy(client, text)
  return written === undefined ? undefined : () => dieOnce(written)
})
