import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { makeHome, type Home } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { startPostgres } from '../../src/stack/postgres/postgres.js'
import { postgresUser } from '../../src/stack/postgres/user.js'
import { noProgress } from '../../src/stack/progress.js'
import { recordedProgress } from './support/recorded-progress.js'
import { temporaryFolder } from './support/temporary-home.js'

const timeout = 120_000
const isRoot = process.getuid?.() === 0

it('keeps its data over a restart on another port', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  const first = await start(home)
  await query(first.url, 'create table bell (name text)')
  await query(first.url, `insert into bell values ('Große Glocke, 钟')`)
  await first.service.stop()
  expect(await first.service.exited).toBe('ended with exit code 0')

  const second = await start(home)
  expect(await query(second.url, 'select name from bell')).toEqual([{ name: 'Große Glocke, 钟' }])
  const [row] = await query(
    second.url,
    `select current_setting('listen_addresses') as listens, current_setting('server_encoding') as encoding`,
  )
  expect(row).toEqual({ listens: '127.0.0.1', encoding: 'UTF8' })
  expect((statSync(home.postgresPasswordFile).mode & 0o777).toString(8)).toBe('600')
})

it('recovers after a kill -9, though its pid is another process by now', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  const first = await start(home)
  await query(first.url, 'create table bell (name text)')
  process.kill(first.service.identity.pid, 'SIGKILL')
  expect(await first.service.exited).toBe('killed by SIGKILL')
  // Of Postgres' own user: of others' processes it knows by itself that they can't be it.
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore', ...postgresUser() })
  onTestFinished(() => {
    stranger.kill('SIGKILL')
  })
  writeFileSync(join(home.postgresDir, 'postmaster.pid'), `${stranger.pid}\n${home.postgresDir}\n`)

  const second = await start(home)
  expect(await query(second.url, 'select * from bell')).toEqual([])
})

it('waits for a Postgres that takes connections and has no time to answer them', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  const port = await freePort()
  const postgres = await startPostgres({
    home,
    port,
    progress: noProgress,
    isDurable: false,
    // Before the first question to it: a machine that is too busy for more than a question may take.
    onStarted: ({ identity: { pid } }) => {
      untilListening(port)
      process.kill(pid, 'SIGSTOP')
      setTimeout(() => process.kill(pid, 'SIGCONT'), 7_000)
    },
  })
  onTestFinished(() => postgres.service.stop())
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

it('does not start twice on the same data', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  const first = await start(home)
  await expect(start(home)).rejects.toThrow(
    `A Postgres (process ${first.service.identity.pid}) already runs on ${home.postgresDir}`,
  )
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

it('begins again after a start that was killed while it made the data', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  mkdirSync(join(`${home.postgresDir}.new`, 'base'), { recursive: true })
  const postgres = await start(home)
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(existsSync(`${home.postgresDir}.new`)).toBe(false)
})

it('says which file is wrong when the password does not fit the data', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  await (await start(home)).service.stop()
  writeFileSync(home.postgresPasswordFile, 'another\n')
  await expect(start(home)).rejects.toThrow(`Postgres refuses the password in ${home.postgresPasswordFile}`)
})

it('shows the end of its log when it does not start', { timeout }, async () => {
  const home = makeHome(temporaryFolder())
  await (await start(home)).service.stop()
  writeFileSync(join(home.postgresDir, 'postgresql.auto.conf'), 'no_such_setting = on\n')
  await expect(start(home)).rejects.toThrow(
    /Postgres ended with exit code 1 while it started[^]*no_such_setting/,
  )
})

it.runIf(isRoot)('keeps its data elsewhere when its user has no way in', { timeout }, async () => {
  const closed = join(temporaryFolder(), 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const home = makeHome(join(closed, '.carillon'))
  const progress = recordedProgress()
  const first = await start(home, progress)
  const [row] = await query(first.url, `select current_setting('data_directory') as folder`)
  const folder = String(row?.folder)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  expect(progress.lines).toEqual([
    `Postgres keeps its data in ${folder}: its user has no way into ${home.path}`,
  ])
  await query(first.url, 'create table bell (name text)')
  await first.service.stop()

  const second = await start(home)
  expect(await query(second.url, 'select * from bell')).toEqual([])
  await second.service.stop()
})

it.runIf(isRoot)('opens a new folder to its user, but no folder with things of others', () => {
  const made = mkdtempSync(join(temporaryFolder(), 'made-'))
  makeHome(made)
  expect((statSync(made).mode & 0o777).toString(8)).toBe('711')

  const taken = mkdtempSync(join(temporaryFolder(), 'taken-'))
  writeFileSync(join(taken, 'diary'), '')
  makeHome(taken)
  expect((statSync(taken).mode & 0o777).toString(8)).toBe('700')
})

function untilListening(port: number): void {
  const knock = `const again = () => require('net').connect(${port}, '127.0.0.1', () => process.exit()).on('error', () => setTimeout(again, 20)); again()`
  execFileSync(process.execPath, ['-e', knock], { timeout: 60_000 })
}

async function start(home: Home, progress = noProgress) {
  const postgres = await startPostgres({ home, port: await freePort(), progress, isDurable: false })
  onTestFinished(() => postgres.service.stop())
  return postgres
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const result = await client.query<Record<string, unknown>>(sql)
    return result.rows
  } finally {
    await client.end()
  }
}
