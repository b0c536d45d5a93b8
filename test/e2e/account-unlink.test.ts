import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { unlinkedHereAdvice } from '../../src/domain/accounts/leaving.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { logLines } from '../support/logs.js'
import { Blocker } from '../support/postgres-locks.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { killOwner } from '../support/workers.js'
import { temporalCli } from './support/temporal-cli.js'

/** The operator takes the device off: docs/whatsapp/pairing-and-bootstrap.md, section 6. */
let system: System
let phones = 15_550_004_701

beforeAll(async () => {
  system = await startSystem()
})
afterEach(() => Blocker.releaseAll())
afterAll(() => system.close())

async function linked(id: string): Promise<string> {
  const phone = String(phones++)
  await system.pairAccount({ id, phone })
  return phone
}

async function devicesOf(phone: string): Promise<number> {
  return (await system.whatsapp.accounts()).find((account) => account.phone === phone)?.devices.length ?? 0
}

async function keysOf(id: string): Promise<number> {
  const { rows } = await system.database.query(`select from auth_key where account_id = $1`, [id])
  return rows.length
}

const cli = async (...args: string[]) => await run(['account', ...args], { client: system.client })

test('the owner of the session does it on the socket that it has; what was sent to it waits, and a link by the same number keeps all', async () => {
  const phone = await linked('office')
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  await system.client.groups.refresh('office')
  const before = await system.client.accounts.show('office')
  const logInsBefore = await logIns()
  const { exitCode, stdout } = await cli('unlink', 'office', '--reason', 'a new phone')
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: "Account 'office' is unlinked\n  carillon account pair office",
  })
  expect(await logIns()).toBe(logInsBefore)
  expect(await devicesOf(phone)).toBe(0)
  expect(await keysOf('office')).toBe(0)
  const view = await system.client.accounts.show('office')
  expect(view).toMatchObject({ state: 'unlinked', leaving: null, groups: 2, jid: before.jid })
  expect(view.stateDetail).toMatch(/^unlinked by operator: a new phone\..*account pair/)
  expect((await cli('list')).stdout).toMatch(/office +unlinked .*unlinked by operator: a new phone/)

  // Twice is once; and who owned the session takes no notice of what the account is now.
  expect((await cli('unlink', 'office')).stdout).toBe("Account 'office' is unlinked already")
  await system.temporal.workflow.getHandle('session:office').signal('unlink')
  await untilAsked('office', 2)
  expect((await system.client.accounts.show('office')).stateDetail).toMatch(/a new phone/)

  const reminded = await remind(system, { key: 'waits', account: 'office', groups, texts: ['one'] })
  await eventually(async () => {
    const { waitsFor } = await system.client.runs.progress(reminded.runId)
    expect(waitsFor).toMatch(/unlinked/)
  })
  await system.linkAccount({ id: 'office', phone })
  await expectDeliveredOnce(system, reminded)
  expect(await system.client.accounts.show('office')).toMatchObject({
    state: 'connected',
    stateDetail: null,
    jid: before.jid,
    groups: 2,
    ratePerMinute: before.ratePerMinute,
  })
})

test('one that the phone has unlinked before, and one that was never linked, are unlinked', async () => {
  const phone = await linked('gone')
  await system.whatsapp.unlink({ account: phone })
  await eventually(async () => expect((await system.client.accounts.show('gone')).state).toBe('logged_out'))
  expect(await system.client.accounts.unlink('gone')).toMatchObject({ confirmed: true })
  expect(await keysOf('gone')).toBe(0)
  await system.client.accounts.add({ id: 'new' })
  expect(await system.client.accounts.unlink('new')).toMatchObject({
    confirmed: true,
    state: { state: 'unlinked' },
  })
})

test('an account that is paused, and one that WhatsApp limits, are unlinked; a signal by hand does it, too', async () => {
  const phone = await linked('paused')
  await system.client.accounts.pauseSends('paused')
  expect(await system.client.accounts.unlink('paused')).toMatchObject({ confirmed: true })
  expect(await devicesOf(phone)).toBe(0)
  const limited = await linked('limited')
  await system.database.query(
    `update account set state = 'limited', state_until = now() + interval '1 hour' where id = 'limited'`,
  )
  const temporal = await temporalCli(system)
  await temporal('workflow', 'signal', '--workflow-id', 'session:limited', '--name', 'unlink')
  await eventually(async () =>
    expect(await system.client.accounts.show('limited')).toMatchObject({
      state: 'unlinked',
      stateUntil: null,
    }),
  )
  expect(await devicesOf(limited)).toBe(0)
})

test('while WhatsApp is out of reach it says so and goes on trying, also by another process than the one that was killed', async () => {
  const phone = await linked('away')
  await system.whatsapp.stopAccepting()
  await system.whatsapp.disconnect({ account: phone })
  await eventually(async () =>
    expect((await system.client.accounts.show('away')).stateDetail).toMatch(
      /connection to WhatsApp was lost/,
    ),
  )
  const { exitCode, stderr } = await cli('unlink', 'away', '--timeout', '6s')
  expect(exitCode).toBe(6)
  expect(stderr).toMatch(
    /is not unlinked yet; it goes on by itself\. .*The connection to WhatsApp was lost.*--force/,
  )
  expect(await system.client.accounts.show('away')).toMatchObject({ leaving: 'unlink' })
  expect((await cli('list')).stdout).toMatch(/away +reconnecting, to be unlinked/)
  await system.worker().stop('SIGKILL')
  await system.whatsapp.accept()
  await system.startWorker()
  await eventually(async () =>
    expect(await system.client.accounts.show('away')).toMatchObject({ state: 'unlinked', leaving: null }),
  )
  expect(await devicesOf(phone)).toBe(0)
})

test('with --force the keys are forgotten here, and the operator is told of the device on the phone', async () => {
  const phone = await linked('forced')
  await system.whatsapp.stopAccepting()
  await system.whatsapp.disconnect({ account: phone })
  const { exitCode, stdout } = await cli('unlink', 'forced', '--timeout', '3s', '--force')
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `Account 'forced' is unlinked\n${unlinkedHereAdvice}`,
  })
  expect(await keysOf('forced')).toBe(0)
  expect(await devicesOf(phone)).toBe(1)
  await system.whatsapp.accept()
  // Nobody finds anything to log in with, and what was said stays.
  await system.linkAccount({ id: 'forced', phone })
  await system.client.accounts.unlink('forced')

  // And where no worker is there at all, it is done at once; a worker that comes later leaves it so.
  const other = await linked('alone')
  await system.worker().stop('SIGKILL')
  await eventually(async () => {
    const alone = await system.client.accounts.unlink('alone', { force: true, timeoutMs: 1_000 })
    expect(alone).toMatchObject({ confirmed: true, forced: true, state: { stateDetail: unlinkedHereAdvice } })
  })
  await system.startWorker()
  await linked('witness')
  expect(await system.client.accounts.show('alone')).toMatchObject({
    state: 'unlinked',
    stateDetail: unlinkedHereAdvice,
    leaving: null,
  })
  expect(await devicesOf(other)).toBe(1)
})

test('a worker that is killed after WhatsApp has taken the device off and before that was written', async () => {
  const phone = await linked('killed')
  const blocker = await Blocker.take(
    system.databaseUrl,
    `select from account where id = 'killed' for no key update`,
  )
  const unlinking = system.client.accounts.unlink('killed', { timeoutMs: 60_000 })
  await blocker.untilBlocked(`%'unlinked'%`)
  expect(await devicesOf(phone)).toBe(0)
  await killOwner(system, 'killed')
  await blocker.endBlocked()
  await blocker.release()
  expect(await system.client.accounts.show('killed')).toMatchObject({ leaving: 'unlink' })
  await system.startWorker()
  expect(await unlinking).toMatchObject({ confirmed: true, state: { state: 'unlinked', leaving: null } })
  expect(await keysOf('killed')).toBe(0)
})

test('to link it again overrules what was asked and is not done', async () => {
  const phone = await linked('changed')
  await system.whatsapp.stopAccepting()
  await system.whatsapp.disconnect({ account: phone })
  expect(await system.client.accounts.unlink('changed', { timeoutMs: 3_000 })).toMatchObject({
    confirmed: false,
    state: { leaving: 'unlink' },
  })
  await system.whatsapp.accept()
  await system.database.query(`update account set state = 'reconnecting' where id = 'changed'`)
  const pairing = await system.client.accounts.pair({ id: 'changed', method: 'qr', timeoutMs: 60_000 })
  expect(pairing).toEqual({ kind: 'connected', already: false })
  expect(await devicesOf(phone)).toBe(1)
  expect((await system.client.accounts.show('changed')).leaving).toBeNull()
})

/** How often a session of any account was opened, by what the workers logged. */
async function logIns(): Promise<number> {
  return system.workers.flatMap(logLines).filter(({ msg }) => msg === 'session open').length
}

async function untilAsked(id: string, times: number): Promise<void> {
  await eventually(async () => {
    const { rows } = await system.database.query(
      `select from audit where subject = $1 and action = 'unlink'`,
      [`session:${id}`],
    )
    expect(rows).toHaveLength(times)
    expect((await system.client.accounts.show(id)).leaving).toBeNull()
  })
}
