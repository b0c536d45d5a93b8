// `npm audit` against tools/audit-allowed.json, which has the advisories that do not reach us: each with its id, the reason, and the
// day until which that is believed. Ends with 0 where nothing else is known of our dependencies, with 1 where something is, or an
// entry is over; with 75 where nobody could be asked: a registry without an audit, or no network. `node tools/audit.mjs [folder]`
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

/** EX_TEMPFAIL of sysexits.h. */
export const notAudited = 75

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url))
const allowedFile = existsSync(join(folder, 'audit-allowed.json'))
  ? join(folder, 'audit-allowed.json')
  : fileURLToPath(new URL('audit-allowed.json', import.meta.url))
const today = new Date().toISOString().slice(0, 10)

function main() {
  const { allowed, problems } = readAllowed()
  const answer = audit()
  if (answer.kind === 'failed') problems.push(answer.why)
  const found = answer.kind === 'audited' ? answer.advisories : []
  for (const { id, name, severity, title } of found)
    if (!allowed.has(id)) problems.push(`${id}: ${name} (${severity}): ${title}`)
  if (answer.kind === 'audited')
    for (const id of allowed.keys())
      if (!found.some((one) => one.id === id))
        console.log(`${id} is no longer reported: take it off the list.`)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) return 1
  if (answer.kind === 'unanswered') {
    console.log(`Not audited: ${answer.why}`)
    return notAudited
  }
  console.log(`Nothing is known of the dependencies${allowed.size === 0 ? '' : ' but what is on the list'}.`)
  return 0
}

function readAllowed() {
  const problems = []
  const allowed = new Map()
  for (const entry of JSON.parse(readFileSync(allowedFile, 'utf8'))) {
    const { id, reason, until } = entry
    const isWhole = /^GHSA(-[a-z0-9]{4}){3}$/.test(id ?? '') && reason?.length > 0 && isDay(until)
    if (!isWhole)
      problems.push(`${JSON.stringify(entry)}: expected an id (GHSA-…), a reason, and until (2026-12-31)`)
    else if (until < today) problems.push(`${id}: believed until ${until} to be of no matter: look again`)
    else allowed.set(id, entry)
  }
  return { allowed, problems }
}

function isDay(text) {
  return /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') && !Number.isNaN(Date.parse(text))
}

function audit() {
  const args = [
    'audit',
    '--json',
    '--fetch-retries=1',
    '--fetch-timeout=30000',
    '--fetch-retry-mintimeout=1000',
  ]
  const { stdout, error } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) return { kind: 'failed', why: `npm audit could not be run: ${error.message}` }
  let report
  try {
    report = JSON.parse(stdout)
  } catch (parseError) {
    return { kind: 'failed', why: `npm audit answered no JSON: ${parseError.message}` }
  }
  if (report.auditReportVersion !== undefined) return { kind: 'audited', advisories: advisoriesOf(report) }
  const why = report.message ?? report.error?.summary ?? 'npm audit does not say why'
  return isUnanswered(report) ? { kind: 'unanswered', why } : { kind: 'failed', why }
}

/** A registry that refuses, and one that is not there; anything else is a mistake of ours, such as no lockfile. */
function isUnanswered({ statusCode, message, error }) {
  return (
    statusCode !== undefined || /audit endpoint|request to .* failed/.test(`${message} ${error?.summary}`)
  )
}

/** Each advisory once: a package that needs another one with it only names that. */
function advisoriesOf({ vulnerabilities }) {
  const all = Object.values(vulnerabilities).flatMap(({ via }) =>
    via.filter((one) => typeof one === 'object'),
  )
  const byId = new Map(
    all.map(({ url, name, severity, title }) => [url, { id: url.split('/').at(-1), name, severity, title }]),
  )
  return [...byId.values()]
}

process.exitCode = main()
