import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDataConverter } from '../support/codec.js'
import { dumpFinder, personalFinder, type Finder } from '../support/personal/find.js'
import { keptDumps } from '../support/personal/dump.js'
import { findInFiles, findInHistories, findInLogs } from '../support/personal/places.js'
import { readPersonal } from '../support/personal/register.js'
import { readSharedRun } from '../support/personal/shared-run.js'

/**
 * When all tests are over: nothing that they made up of people is in what any part has written or keeps for others to read.
 * Texts, names and numbers come from the databases and the WhatsApp of the tests; tokens and addresses are known by their form.
 */
const run = readSharedRun()
const personal = readPersonal()
const find = personalFinder(personal)
const since = { sinceMs: run.startedMs }
/** What is new is in Temporal's lists after a while. */
const patience = { timeout: 30_000 }
/** Namespaces of the tests below, in which something is. */
const planted = 'planted-'

test('there is much to look for', () => expect(personal.size).toBeGreaterThan(20))

test('the logs of workers, of the API and of other programs of ours have nothing personal', () => {
  // The local WhatsApp is no part of what ships, and numbers are all that it has. A command shows who asks what it was asked for.
  const isMeant = (name: string) => !/^(?:whatsapp|cli)-/.test(name)
  const { files, found } = findInLogs(find, { folder: 'test-results/logs', ...since, isMeant })
  expect(files).toBeGreaterThan(0)
  expect(found).toEqual([])
})

test('the logs of Temporal and of Postgres have nothing personal', () => {
  const { files, found } = findInLogs(find, { folder: run.serverLogs, ...since, isMeant: () => true })
  expect(files).toBe(2)
  expect(found).toEqual([])
})

test('no history, workflowId or search attribute has anything personal', async () => {
  const { histories, found } = await findInHistories(find, {
    address: run.temporalAddress,
    isMeant: (namespace) => !namespace.startsWith(planted),
  })
  expect(histories).toBeGreaterThan(0)
  expect(found).toEqual([])
}, 600_000)

test('no database of the tests has a text, a name, a number or a token in clear', () => {
  const dumps = keptDumps()
  expect(dumps.length).toBeGreaterThan(0)
  const find = dumpFinder(personal)
  expect(dumps.flatMap(({ where, text }) => find(text).map((one) => ({ ...one, where })))).toEqual([])
})

test('neither has the file that Temporal keeps its data in', () => {
  // Before anything is planted there.
  const file = run.temporalDatabase
  const { bytes, found } = findInFiles(dumpFinder(personal), [file, `${file}-wal`])
  expect(bytes).toBeGreaterThan(0)
  expect(found).toEqual([])
})

describe('what is there is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-planted-'))
  const text = 'The excursion begins at the gate'
  const number = '15550009901'
  const findPlanted: Finder = personalFinder([text, number, 'Grup ȘCOALĂ'])
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    ['a text', `{"msg":"sent","what":"${text}"}`, text],
    ['a number', `{"msg":"sent","to":"${number}"}`, number],
    ['a number with a device', `{"jid":"${number}:3@s.whatsapp.net"}`, number],
    ['a name', '{"group":"Grup ȘCOALĂ"}', 'Grup ȘCOALĂ'],
    ['the number of nobody whom the tests know', '{"jid":"491700000000@s.whatsapp.net"}', 'a JID'],
    ['a token', `{"token":"carillon_${'aB3-_'.repeat(9).slice(0, 43)}"}`, 'a token'],
    ['a secret', '{"secret":"whsec_0123456789abcdef"}', 'the secret of an endpoint'],
    ['a password', 'connecting to postgres://carillon:hunter2@127.0.0.1/x', 'a password of Postgres'],
  ])('in a log: %s', (_what, line, what) => {
    writeFileSync(join(folder, 'worker-1.log'), '{"msg":"worker started"}\n')
    const look = () => findInLogs(findPlanted, { folder, sinceMs: 0, isMeant: () => true }).found
    expect(look()).toEqual([])
    appendFileSync(join(folder, 'worker-1.log'), `${line}\n`)
    expect(look()).toContainEqual(expect.objectContaining({ what }))
  })

  test.each([
    ['a text', `definition.sealed_body {"text":"${text}"}`, text],
    ['a number', `target.jid ${number}@s.whatsapp.net`, number],
    [
      'the number of nobody whom the tests know',
      'account.jid 491700000000@s.whatsapp.net',
      'a number in a JID',
    ],
    ['who made an old group', 'target.jid 491700000000-1400000000@g.us', 'a number in a JID'],
    ['a name', 'account_group.subject Grup ȘCOALĂ', 'Grup ȘCOALĂ'],
  ])('in a database: %s', (_what, line, what) => {
    const find = dumpFinder([text, number, 'Grup ȘCOALĂ', '120363000000000001'])
    expect(find('target.jid 120363000000000001@g.us\ntarget.jid 98765432101234@lid')).toEqual([])
    expect(find(line)).toContainEqual(expect.objectContaining({ what }))
    writeFileSync(join(folder, 'file.db'), Buffer.concat([Buffer.alloc(40_000_000), Buffer.from(line)]))
    expect(findInFiles(find, [join(folder, 'file.db')]).found).toContainEqual(
      expect.objectContaining({ what }),
    )
  })

  test('not in the middle of another word or number', () => {
    expect(findPlanted(`${text}ways, 9${number}, ${number}7`)).toEqual([])
  })

  describe('in Temporal', () => {
    const namespace = `${planted}${randomUUID()}`
    let temporal: Client
    let sealing: Client
    beforeAll(async () => {
      const connection = await Connection.connect({ address: run.temporalAddress })
      await connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
      })
      temporal = new Client({ connection, namespace })
      sealing = new Client({ connection, namespace, dataConverter: testDataConverter })
    })
    afterAll(async () => {
      await temporal.connection.close()
    })

    const start = { taskQueue: 'nobody', args: [{}] }
    test.each([
      ['a payload', 'in-payload', { ...start, args: [{ deep: [{ text }] }] }, text],
      ['a reason that is not sealed', 'in-reason', { ...start, args: [{ reason: text }] }, text],
      ['a memo', 'in-memo', { ...start, memo: { of: 'Grup ȘCOALĂ' } }, 'Grup ȘCOALĂ'],
      ['a workflowId', `reminder:${number}`, start, number],
    ])('in %s', async (_what, workflowId, options, what) => {
      await startAnything(temporal, workflowId, options)
      await expect
        .poll(found, patience)
        .toContainEqual({ what, around: expect.anything(), where: `${namespace}, ${workflowId}` })
    })

    test('in a sealed payload, unless it is a reason', async () => {
      const reason = `"${text}"`
      await startAnything(sealing, 'sealed', { ...start, args: [{ reason, requestId: 'Grup ȘCOALĂ' }] })
      const where = `${namespace}, sealed`
      const of = async () => (await found()).filter((one) => one.where === where).map(({ what }) => what)
      await expect.poll(of, patience).toEqual(['Grup ȘCOALĂ'])
    })

    async function found() {
      const isMeant = (name: string) => name === namespace
      return (await findInHistories(findPlanted, { address: run.temporalAddress, isMeant })).found
    }

    /** A new namespace reaches the server's caches after a while. */
    async function startAnything(client: Client, workflowId: string, options: typeof start): Promise<void> {
      await expect.poll(async () => await startAgain(client, workflowId, options), patience).toBe(true)
    }

    async function startAgain(client: Client, workflowId: string, options: typeof start): Promise<boolean> {
      try {
        await client.workflow.start('anything', {
          ...options,
          workflowId,
          workflowIdConflictPolicy: 'USE_EXISTING',
        })
        return true
      } catch (error) {
        if (error instanceof Error) return false
        throw error
      }
    }
  })
})
