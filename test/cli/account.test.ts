import { expect, it } from 'vitest'
import type { AccountView } from '../../src/store/views/accounts.js'
import { asked as askedAs, run } from './support.js'
import { accountView as account } from './views.js'

function accounts() {
  const asked: unknown[] = []
  return {
    asked,
    client: {
      accounts: {
        add: async (input: unknown) => (asked.push(input), account),
        set: async (id: string, pacing: unknown) => (asked.push({ id, ...(pacing as object) }), account),
        show: async () => account,
        list: async () => [account],
      },
    },
  }
}

it.each([
  [['--rate', '30'], { ratePerMinute: 30 }],
  [['--daily-cap', '500', '--warm-up'], { dailyCap: 500, warmUp: true }],
  [['--daily-cap', 'off', '--no-warm-up'], { dailyCap: null, warmUp: false }],
])('sets what is given and nothing else: %j', async (flags, pacing) => {
  const { asked, client } = accounts()
  const { exitCode, stdout } = await run(['account', 'set', 'office', ...flags], { client })
  expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: [{ id: 'office', ...pacing }] })
  expect(stdout).toBe("Account 'office' sends 30/min, 80/day (warm-up).")
})

it('adds an account with its limits', async () => {
  const { asked, client } = accounts()
  await run(['account', 'add', 'office', '--rate', '30', '--daily-cap', '500', '--warm-up'], { client })
  expect(asked).toEqual([{ id: 'office', ratePerMinute: 30, dailyCap: 500, warmUp: true }])
})

it('says what there is to set, and what a cap looks like', async () => {
  const { asked, client } = accounts()
  const nothing = await run(['account', 'set', 'office'], { client })
  expect(nothing.exitCode).toBe(2)
  expect(nothing.stderr).toMatch(/--rate, --daily-cap, --warm-up or --no-warm-up, --proxy or --no-proxy/)
  const word = await run(['account', 'set', 'office', '--daily-cap', 'few'], { client })
  expect(word.exitCode).toBe(2)
  expect(word.stderr).toMatch(/expected a whole number or 'off', got 'few'/)
  expect(asked).toEqual([])
})

it('shows the limits of an account, and how much of the day is used', async () => {
  const { client } = accounts()
  expect((await run(['account', 'show', 'office'], { client })).stdout).toMatch(
    /State +connected[^]*Limit +30\/min, 80\/day \(warm-up\)\nSent +12 in the last 24 hours/,
  )
  expect((await run(['account', 'list'], { client })).stdout).toMatch(/30\/min, 80\/day \(warm-up\)/)
})

it('shows until when a replaced connection is left alone', async () => {
  const { client } = accounts()
  const replaced: AccountView = {
    ...account,
    state: 'replaced',
    stateDetail: 'Stop the other one.',
    stateUntil: new Date('2026-11-24T06:00:30Z'),
  }
  client.accounts.list = async () => [replaced]
  expect((await run(['account', 'list'], { client })).stdout).toMatch(
    /replaced until 2026-11-24T06:00:30.000Z.*Stop the other one\./,
  )
})

const unlinkedView: AccountView = { ...account, state: 'unlinked', stateDetail: 'unlinked by operator.' }

function leaving(answer: object, preview = { reminders: 1, runs: 0 }) {
  const asked: unknown[] = []
  const act = async (id: string, options: object) => {
    asked.push({ id, ...options })
    return answer as never
  }
  return {
    asked,
    client: { accounts: { unlink: act, remove: act, previewRemoval: async () => preview } },
  }
}

it('unlinks an account, and says in JSON what it says in words', async () => {
  const { asked, client } = leaving({ state: unlinkedView, confirmed: true })
  const flags = ['--reason', 'sold', '--timeout', '5s', '--force']
  const said = await run(['account', 'unlink', 'office', ...flags], { client })
  expect(said).toMatchObject({
    exitCode: 0,
    stdout: "Account 'office' is unlinked\n  carillon account pair office",
  })
  expect(asked).toEqual([{ id: 'office', ...askedAs({ reason: 'sold', timeoutMs: 5_000, force: true }) }])
  const { stdout } = await run(['account', 'unlink', 'office', '--json'], { client })
  expect(JSON.parse(stdout)).toMatchObject({
    confirmed: true,
    already: false,
    forced: false,
    state: { id: 'office', state: 'unlinked' },
  })
})

it('says of an account that was unlinked here alone that the phone shows the device still', async () => {
  const { client } = leaving({ state: unlinkedView, confirmed: true, forced: true })
  const { stdout } = await run(['account', 'unlink', 'office', '--force'], { client })
  expect(stdout).toMatch(/is unlinked\nWhatsApp was not told.*Linked devices/)
})

it.each([
  [{ ...account, leaving: null }, /the signal is delivered, and the worker has not confirmed it yet/],
  [
    { ...account, state: 'reconnecting', leaving: 'unlink', stateDetail: 'WhatsApp is away.' },
    /it goes on by itself\. WhatsApp is away\. With --force/,
  ],
] as const)('says why a device is not taken off yet', async (state, said) => {
  const { client } = leaving({ state, confirmed: false })
  const { exitCode, stderr } = await run(['account', 'unlink', 'office'], { client })
  expect(exitCode).toBe(6)
  expect(stderr).toMatch(said)
})

it('removes an account with --yes alone; without it says what that would do', async () => {
  const removal = { state: { ...account, state: 'removed' }, confirmed: true, reminders: 2, runs: 1 }
  const { asked, client } = leaving(removal)
  const without = await run(['account', 'remove', 'office'], { client })
  expect(without).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      "To remove account 'office' takes its device off, pauses 1 reminder and cancels 0 runs. Nothing was done: add --yes to do it.",
  })
  const json = await run(['account', 'remove', 'office', '--json'], { client })
  expect(json).toMatchObject({ exitCode: 2, stderr: '' })
  expect(JSON.parse(json.stdout)).toEqual({ confirmed: false, reminders: 1, runs: 0 })
  expect(asked).toEqual([])
  const done = await run(['account', 'remove', 'office', '--yes'], { client })
  expect(done).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(
      "Account 'office' is removed: 2 reminders paused, 1 run canceled",
    ) as string,
  })
  expect(asked).toEqual([{ id: 'office' }])
})

it.each([
  ['unlink', 'connected, to be unlinked'],
  ['remove', 'connected, to be removed'],
] as const)('shows what was asked of an account and is not done (%s)', async (wanted, shown) => {
  const { client } = accounts()
  client.accounts.list = async () => [{ ...account, leaving: wanted }]
  expect((await run(['account', 'list'], { client })).stdout).toContain(shown)
})
