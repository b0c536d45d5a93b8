import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { BotView } from '../../src/store/inbox/bots.js'
import type { UpdateView } from '../../src/store/inbox/updates.js'
import { asked, run } from './support.js'

const token = '7000000001:AAsynthetic-token-of-nobody00000000'
const folder = mkdtempSync(join(tmpdir(), 'carillon-bot-'))
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, `${token}\n`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bot: BotView = {
  id: 'ops',
  username: 'synthetic_bot',
  handler: 'remote-control',
  url: 'https://carillon.example.org/webhooks/telegram/ops',
  maxAttempts: 5,
  createdAt: new Date('2026-11-24T05:00:00Z'),
  users: [{ name: 'anna', role: 'editor', accounts: null, linkedAt: new Date('2026-11-24T05:30:00Z') }],
  waiting: 2,
  dead: 1,
}
const update: UpdateView = {
  bot: 'ops',
  updateId: 10_000,
  kind: 'message',
  state: 'dead',
  attempts: 5,
  arrivedAt: new Date('2026-11-24T05:00:00Z'),
  lastAt: new Date('2026-11-24T05:59:00Z'),
  nextAt: null,
  endedAt: new Date('2026-11-24T05:59:00Z'),
}

test.each([
  ['the environment', { io: { env: { CARILLON_BOT_TOKEN: token } } }],
  ['a file', { io: { env: { CARILLON_BOT_TOKEN_FILE: tokenFile } } }],
  ['stdin', { stdin: `${token}\n` }],
])('bot add reads the token from %s', async (_where, options) => {
  const inputs: unknown[] = []
  const bots = {
    add: async (input: unknown) => {
      inputs.push(input)
      return bot
    },
  }
  const args = ['bot', 'add', 'ops', '--url', 'https://carillon.example.org', '--max-attempts', '7']
  const shown = await run(args, { client: { bots }, ...options })
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
  expect(shown.stdout).toContain('@synthetic_bot')
  expect(shown.stdout).not.toContain(token)
  expect(inputs).toEqual([{ id: 'ops', token, url: 'https://carillon.example.org', maxAttempts: 7 }])
})

test('bot add says where a token may be when there is none', async () => {
  const shown = await run(['bot', 'add', 'ops', '--url', 'https://carillon.example.org'])
  expect(shown).toMatchObject({ exitCode: 2, connected: 0 })
  expect(shown.stderr).toContain('CARILLON_BOT_TOKEN_FILE')
})

test('bot list, link, unlink and remove', async () => {
  const links: unknown[] = []
  const bots = {
    list: async () => [bot],
    link: async (...given: unknown[]) => {
      links.push(given.slice(0, 2))
      return { code: 'once', url: 'https://t.me/x?start=once', expiresAt: new Date('2026-11-24T06:15:00Z') }
    },
    unlink: async () => undefined,
    remove: async () => ({ toldTelegram: false }),
  }
  const list = await run(['bot', 'list'], { client: { bots } })
  expect(list.stdout).toMatch(/ops +@synthetic_bot +remote-control +2 +1 +anna \(editor\)/)
  const link = await run(['bot', 'link', 'ops', 'hall', '--role', 'viewer', '--account', 'office'], {
    client: { bots },
  })
  expect(link.stdout).toContain('/start once')
  expect(links).toEqual([['ops', { name: 'hall', role: 'viewer', accounts: ['office'] }]])
  expect((await run(['bot', 'unlink', 'ops', 'anna'], { client: { bots } })).stdout).toContain('anna may not')
  const removed = await run(['bot', 'remove', 'ops'], { client: { bots } })
  expect(removed).toMatchObject({ exitCode: 0, stdout: 'Removed bot ops.' })
  expect(removed.stderr).toContain('Telegram was not told')
  const json = await run(['bot', 'list', '--json'], { client: { bots } })
  expect(JSON.parse(json.stdout)).toEqual({ bots: [JSON.parse(JSON.stringify(bot))] })
})

test('inbox list and show', async () => {
  const queries: unknown[] = []
  const inbox = {
    list: async (query: unknown) => {
      queries.push(query)
      return { items: [update] }
    },
    show: async () => ({ ...update, error: 'it fails\nfor a reason', update: { update_id: 10_000 } }),
  }
  const list = await run(['inbox', 'list', '--bot', 'ops', '--state', 'dead'], { client: { inbox } })
  expect(list.stdout).toMatch(/ops +10000 +message +dead +5 +1 h ago/)
  expect(queries).toEqual([{ bot: 'ops', states: ['dead'] }])
  const shown = await run(['inbox', 'show', 'ops', '10000'], { client: { inbox } })
  expect(shown.stdout).toContain('for a reason')
  expect(shown.stdout).toContain('"update_id": 10000')
})

test('inbox redrive takes one, or all of a bot, or all', async () => {
  const calls: unknown[] = []
  const inbox = {
    redrive: async (...given: unknown[]) => {
      calls.push(given)
      return { ...update, state: 'waiting' as const }
    },
    redriveAll: async (...given: unknown[]) => {
      calls.push(given)
      return { redriven: 3 }
    },
  }
  const one = await run(['inbox', 'redrive', 'ops', '10000', '--reason', 'mended'], { client: { inbox } })
  expect(one.stdout).toBe('Update 10000 of ops is tried again.')
  const all = await run(['inbox', 'redrive', '--all'], { client: { inbox } })
  expect(all.stdout).toBe('3 updates are tried again.')
  await run(['inbox', 'redrive', 'ops', '--all'], { client: { inbox } })
  expect(calls).toEqual([
    [{ bot: 'ops', updateId: 10_000 }, asked({ reason: 'mended' })],
    [asked({})],
    [asked({ bot: 'ops' })],
  ])
  for (const args of [['ops'], [], ['ops', '10000', '--all']])
    expect((await run(['inbox', 'redrive', ...args], { client: { inbox } })).exitCode).toBe(2)
})
