import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { Client as PostgresClient } from 'pg'
import { expect, it, onTestFinished, vi } from 'vitest'
import { describeHome } from '../../src/stack/home.js'
import { isRunning, identify, self } from '../../src/stack/process-identity.js'
import { freePort } from '../../src/stack/ports.js'
import { noProgress } from '../../src/stack/progress.js'
import { readRecord, readRunningStack, type StackRecord } from '../../src/stack/running-stack.js'
import { ensureSearchAttributes } from '../../src/stack/temporal/search-attributes.js'
import { parseKeyRing } from '../../src/settings/key-ring-text.js'
import { startStack, type StackSettings } from '../../src/stack/stack.js'
import { exitOf, startScript, waitForLine } from './support/child-script.js'
import { recordedProgress } from './support/recorded-progress.js'
import { anyPorts, temporaryFolder } from './support/temporary-home.js'

const timeout = 240_000
// Without what the caller's shell may point to another system.
const { TEMPORAL_ADDRESS: _1, DATABASE_URL: _2, CARILLON_ENCRYPTION_KEY: _3, ...shell } = process.env
const env = { ...shell, ...anyPorts }

it(
  'brings up Temporal and Postgres, tells others where, and leaves nothing running',
  { timeout },
  async () => {
    const home = temporaryFolder()
    const stack = await start({ home })
    expect(readRunningStack(home)).toEqual({
      temporalAddress: stack.temporalAddress,
      temporalNamespace: 'default',
      databaseUrl: stack.databaseUrl,
      webUiUrl: stack.webUiUrl,
      pid: process.pid,
    })
    expect((statSync(describeHome(home).recordFile).mode & 0o777).toString(8)).toBe('600')
    expect(parseKeyRing(stack.encryptionKey ?? '')).toMatchObject([{ key: expect.any(Buffer) as Buffer }])
    expect((await fetch(stack.webUiUrl ?? 'no Web UI')).status).toBe(200)
    expect(await sql(stack.databaseUrl, 'select current_database() as name')).toEqual([{ name: 'carillon' }])
    const children = recordOf(home).children
    expect(children.map(({ name }) => name).toSorted()).toEqual(['Postgres', 'Temporal'])

    await stack.close()
    expect(children.filter(isRunning)).toEqual([])
    expect(readRunningStack(home)).toBeUndefined()
  },
)

it('keeps workflows and rows over a restart', { timeout }, async () => {
  const home = temporaryFolder()
  const first = await start({ home })
  await withTemporal(first.temporalAddress, (client) =>
    client.workflow.start('anything', {
      workflowId: 'kept',
      taskQueue: 'nobody',
      searchAttributes: { CarillonStatus: ['waiting'] },
    }),
  )
  await sql(first.databaseUrl, 'create table bell (name text)')
  await first.close()

  const second = await start({ home })
  const description = await withTemporal(second.temporalAddress, (client) =>
    client.workflow.getHandle('kept').describe(),
  )
  expect(description.status.name).toBe('RUNNING')
  expect(description.searchAttributes.CarillonStatus).toEqual(['waiting'])
  expect(await sql(second.databaseUrl, 'select * from bell')).toEqual([])
  expect(second.encryptionKey).toBe(first.encryptionKey)
})

it('heals after a kill -9: what it left running is stopped, and it starts', { timeout }, async () => {
  const home = temporaryFolder()
  const killed = startScript('start-and-stay.ts', [home], env)
  await waitForLine(killed, 'ready')
  const orphans = recordOf(home).children
  killed.kill('SIGKILL')
  await exitOf(killed)
  expect(orphans.filter(isRunning)).toHaveLength(2)
  expect(readRunningStack(home)).toBeUndefined()

  const progress = recordedProgress()
  const stack = await start({ home, progress, isThrowaway: true })
  expect(orphans.filter(isRunning)).toEqual([])
  expect(progress.lines.filter((line) => line.includes('left behind'))).toEqual([
    expect.stringMatching(/^Stopping Temporal \(process \d+\)/),
    expect.stringMatching(/^Stopping Postgres \(process \d+\)/),
  ])
  expect(await sql(stack.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

it.runIf(process.platform === 'linux')(
  "survives the terminal's Ctrl-C, so that it can be closed in order",
  { timeout },
  async () => {
    const home = temporaryFolder()
    const stack = await start({ home, isThrowaway: true })
    for (const child of recordOf(home).children) {
      // A process group of its own is what keeps the terminal's SIGINT away.
      const group = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]
      expect(Number(group)).toBe(child.pid)
    }
    await stack.close()
  },
)

it('does not start twice on one folder, and says who is there', { timeout }, async () => {
  const home = temporaryFolder()
  const running = startScript('start-and-stay.ts', [home], env)
  await waitForLine(running, 'ready')
  await expect(start({ home })).rejects.toThrow(`Carillon already runs on ${home} (process ${running.pid})`)
  expect(readRunningStack(home)?.pid).toBe(running.pid)
  running.kill('SIGINT')
  expect(await exitOf(running)).toBe(0)
})

it('never stops a process that only has the pid of one of ours', { timeout }, async () => {
  const home = temporaryFolder()
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore' })
  onTestFinished(() => {
    stranger.kill('SIGKILL')
  })
  const pid = stranger.pid ?? 0
  const record: StackRecord = {
    owner: { ...self(), startedAt: 'another boot/1' },
    children: [{ name: 'Temporal', stopSignal: 'SIGTERM', pid, startedAt: 'another boot/2' }],
  }
  writeFileSync(describeHome(home).recordFile, JSON.stringify(record))
  const stack = await start({ home, isThrowaway: true })
  await stack.close()
  expect(identify(pid)).toBeDefined()
})

it('starts only what is not there already, and shares what is', { timeout }, async () => {
  const whole = await start({ home: temporaryFolder(), isThrowaway: true })
  const given = { TEMPORAL_ADDRESS: whole.temporalAddress, DATABASE_URL: whole.databaseUrl }
  const home = temporaryFolder()
  const stack = await start({ home, env: { ...env, ...given } })
  expect(recordOf(home).children).toEqual([])
  expect(stack).toMatchObject({ temporalAddress: whole.temporalAddress, databaseUrl: whole.databaseUrl })
  // A key of this machine's own would shut out whoever else works on that database.
  expect(stack.encryptionKey).toBeUndefined()
  await stack.close()
  expect(await sql(whole.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

// Linux alone tells of other processes what they were given.
it.runIf(process.platform === 'linux')(
  'gives its parts no secret of ours, neither by their environment nor as an argument',
  { timeout },
  async () => {
    const secrets = { CRON_SECRET: 'Pelican-of-cron', TEMPORAL_API_KEY: 'Pelican-of-temporal' }
    for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const home = temporaryFolder()
    const stack = await start({ home, isThrowaway: true })
    const { password } = new URL(stack.databaseUrl)
    expect(
      recordOf(home)
        .children.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['Postgres', 'Temporal'])
    for (const { pid } of recordOf(home).children)
      for (const file of ['environ', 'cmdline']) {
        const seen = readFileSync(`/proc/${pid}/${file}`, 'utf8')
        expect(seen).not.toBe('')
        for (const secret of ['Pelican', password]) expect(seen).not.toContain(secret)
      }
  },
)

it('registers the search attributes of a namespace that has none', { timeout }, async () => {
  const stack = await start({ home: temporaryFolder(), isThrowaway: true })
  const connection = await Connection.connect({ address: stack.temporalAddress })
  onTestFinished(() => connection.close())
  const namespace = 'second'
  const day = { seconds: 86_400 as unknown as Long }
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day })
  await ensureSearchAttributes(connection, namespace)
  await ensureSearchAttributes(connection, namespace)
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  expect(customAttributes).toMatchObject({
    CarillonOperator: 2,
    CarillonAccount: 2,
    CarillonStatus: 2,
    CarillonNextFire: 6,
  })
})

it('tells when a part ends by itself', { timeout }, async () => {
  const home = temporaryFolder()
  let tell: (message: string) => void = () => {}
  const told = new Promise<string>((resolve) => (tell = resolve))
  await start({ home, isThrowaway: true, onFailure: (error) => tell(error.message) })
  const postgres = recordOf(home).children.find(({ name }) => name === 'Postgres')
  process.kill(postgres?.pid ?? 0, 'SIGKILL')
  expect(await told).toBe(`Postgres killed by SIGKILL. Its log: ${join(home, 'logs/postgres.log')}`)
})

it('names all that is wrong with a start at once, and starts nothing', { timeout }, async () => {
  const home = temporaryFolder()
  const address = `127.0.0.1:${await freePort()}`
  const given = { TEMPORAL_ADDRESS: address, CARILLON_POSTGRES_PORT: 'x' }
  await expect(start({ home, env: { ...env, ...given } })).rejects.toThrow(
    'CARILLON_POSTGRES_PORT: expected a port',
  )
  await expect(start({ home, env: { ...env, TEMPORAL_ADDRESS: address } })).rejects.toThrow(
    `Temporal cannot be reached at ${address} (ECONNREFUSED)`,
  )
  expect(readRecord(describeHome(home).recordFile)).toBeUndefined()
  const stack = await start({ home, isThrowaway: true })
  await stack.close()
})

it(
  'gives up at once when one part fails, though the other would wait long',
  { timeout: 60_000 },
  async () => {
    const home = temporaryFolder()
    await (await start({ home, isThrowaway: true })).close()
    writeFileSync(describeHome(home).postgresPasswordFile, 'another\n')
    await expect(start({ home, env: { ...env, CARILLON_TEMPORAL_CLI: addSilentCli(home) } })).rejects.toThrow(
      'Postgres refuses the password',
    )
  },
)

it('stops a start when told to, and leaves nothing running', { timeout: 60_000 }, async () => {
  const home = temporaryFolder()
  const interrupt = new AbortController()
  const starting = start({
    home,
    env: { ...env, CARILLON_TEMPORAL_CLI: addSilentCli(home) },
    signal: interrupt.signal,
  })
  const children = await vi.waitFor(
    () => {
      const found = recordOf(home).children
      expect(found).toHaveLength(2)
      return found
    },
    { timeout: 30_000 },
  )
  interrupt.abort()
  await expect(starting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(children.filter(isRunning)).toEqual([])
  expect(readRecord(describeHome(home).recordFile)).toBeUndefined()
})

/** A Temporal CLI whose server never gets ready. */
function addSilentCli(folder: string): string {
  const file = join(folder, 'silent-cli')
  const version = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)'
  writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && echo '${version}' && exit\nexec sleep 600\n`)
  chmodSync(file, 0o755)
  return file
}

async function start(settings: Partial<StackSettings> & { home: string }) {
  const stack = await startStack({ env, progress: noProgress, ...settings })
  onTestFinished(() => stack.close())
  return stack
}

function recordOf(home: string): StackRecord {
  const record = readRecord(describeHome(home).recordFile)
  if (!record) throw new Error(`there is no record of a stack in ${home}`)
  return record
}

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new PostgresClient({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

async function withTemporal<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address })
  try {
    return await use(new Client({ connection }))
  } finally {
    await connection.close()
  }
}
