import { expect, it } from 'vitest'
import { checkRead } from '../../src/doctor/groups.js'
import { exitCodes, type ExitCode } from '../../src/cli/exit-codes.js'
import type { Act } from '../../src/cli/io.js'
import { run } from './support.js'
import { accountView, groupsRead } from './views.js'

const none = { items: [], next: undefined }
const client = {
  accounts: { list: async () => [], show: async () => ({}) as never },
  groups: { list: async () => [], read: async () => groupsRead },
  webhooks: { list: async () => [], deliveries: async () => [] },
  reminders: { list: async () => none as never },
  runs: { list: async () => none as never },
}

// A terminal's `write` answers with a boolean, and `push` with a number: neither may become the exit code.
it.each([
  [['account', 'list'], 'No accounts yet. Add one: carillon account add <id>'],
  [['groups', 'list', '--account', 'office'], "No groups are known of account 'office'"],
  [['webhook', 'list'], 'No endpoints yet. Add one: carillon webhook add <url>'],
  [['webhook', 'deliveries'], 'No deliveries.'],
  [['reminder', 'list'], 'No reminders. Create one: carillon reminder create --help'],
  [['run', 'list'], 'No runs yet: a run begins when a reminder is due.'],
])('says that there is nothing to list, and ends with 0: %j', async (args, sentence) => {
  const said: string[] = []
  const { exitCode, stderr } = await run(args, { client, io: { out: (text) => said.push(text) > 0 } })
  expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes.ok, stderr: '' })
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(sentence)
})

it('takes nothing but an exit code as the end of a command, by type', async () => {
  const ended: ExitCode[] = []
  const act: Act = async (action) => void ended.push(await action(undefined as never))
  await act(async () => exitCodes.invalid)
  // @ts-expect-error a boolean is no exit code
  await act(async () => true)
  // @ts-expect-error neither is a number that has no meaning
  await act(async () => 42)
  // @ts-expect-error nor what a function of no declared result gives
  await act(async () => {})
  expect(ended[0]).toBe(2)
})

it('reads the groups anew and says how many there are', async () => {
  const asked: string[] = []
  const group = {
    jid: '120363000000000001@g.us',
    subject: 'Class 3B',
    participants: 20,
    cannotPost: null,
    fetchedAt: new Date(0),
  }
  const groups = { refresh: async (id: string) => (asked.push(id), [group, group]) }
  const accounts = { list: async () => [accountView] }
  const said = await run(['groups', 'refresh'], { client: { groups, accounts } })
  expect(said).toMatchObject({ exitCode: 0, stdout: "Account 'office' is in 2 groups." })
  const json = await run(['groups', 'refresh', 'school', '--json'], { client: { groups, accounts } })
  expect(JSON.parse(json.stdout)).toMatchObject({ account: 'school', groups: [{}, {}] })
  expect(asked).toEqual(['office', 'school'])
})

it.each([
  [
    { readAt: null, failure: 'AccountLimited', failingSince: new Date(0) },
    'bad',
    /429.*Runs to all groups wait \(2 now\)/,
  ],
  [{ readAt: new Date(0), failure: 'ConnectionLost', failingSince: new Date(0) }, 'bad', /did not answer/],
  [{ readAt: new Date(0) }, 'ok', /in no groups/],
])('the doctor tells groups that were not read from groups that are none: %j', (read, state, found) => {
  const facts = {
    accountId: 'office',
    isConnected: true,
    groups: 0,
    failure: null,
    failingSince: null,
    waitingRuns: 2,
  }
  const line = checkRead({ ...facts, retryAt: null, ...read })
  expect(line.state).toBe(state)
  expect(line.found).toMatch(found)
  if (state === 'bad') expect(line.remedy).toContain('carillon groups refresh office')
})

it('tells what was sent in each hour of the clock of a zone, and by which account where several did', async () => {
  const asked: object[] = []
  const hour = (text: string, accounts: Record<string, number>) => ({
    at: new Date(`2026-11-24T${text}:00Z`),
    sent: Object.values(accounts).reduce((sum, sent) => sum + sent, 0),
    accounts,
  })
  const answers = [
    [hour('04:30', { office: 2, lobby: 1 }), hour('05:30', {})],
    [hour('05:30', { office: 7 })],
  ]
  const sentPerHour = async (query: object = {}) => {
    asked.push(query)
    return { zone: 'Asia/Kolkata', hours: answers.shift() ?? [] }
  }
  const args = ['run', 'per-hour', '--zone', 'Asia/Kolkata']
  const all = await run(args, { client: { runs: { sentPerHour } } })
  expect(all).toMatchObject({ exitCode: 0 })
  expect(all.stdout.split('\n')).toEqual([
    'HOUR (Asia/Kolkata)  SENT  lobby  office',
    'Tue 24 Nov 10:00     3     1      2',
    'Tue 24 Nov 11:00     0     0      0',
  ])
  const one = await run([...args, '--account', 'office'], { client: { runs: { sentPerHour } } })
  expect(one.stdout.split('\n')).toEqual(['HOUR (Asia/Kolkata)  SENT', 'Tue 24 Nov 11:00     7'])
  expect(asked).toEqual([{ zone: 'Asia/Kolkata' }, { zone: 'Asia/Kolkata', account: 'office' }])
})
