import { expect, it } from 'vitest'
import { exitCodes, type ExitCode } from '../../src/cli/exit-codes.js'
import type { Act } from '../../src/cli/io.js'
import { run } from './support.js'

const none = { items: [], next: undefined }
const client = {
  accounts: { list: async () => [], show: async () => ({}) as never },
  groups: { list: async () => [], read: async () => ({ readAt: null }) as never },
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
