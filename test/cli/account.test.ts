import { expect, it } from 'vitest'
import type { AccountView } from '../../src/store/views/accounts.js'
import { run } from './support.js'

const account: AccountView = {
  id: 'office',
  state: 'connected',
  stateDetail: null,
  stateSince: new Date('2026-11-24T05:00:00Z'),
  stateUntil: null,
  directHeldUntil: null,
  directHeldBy: null,
  pausedReason: null,
  ratePerMinute: 30,
  dailyCap: 500,
  warmUp: true,
  dailyCapNow: 80,
  sentLastDay: 12,
  linkedAt: new Date('2026-11-22T05:00:00Z'),
  createdAt: new Date('2026-11-22T04:00:00Z'),
  jid: null,
  groups: 3,
  lockHolder: null,
  lockSince: null,
}

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
  expect(nothing.stderr).toMatch(/--rate, --daily-cap, --warm-up or --no-warm-up/)
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
