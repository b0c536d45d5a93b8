import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { signInRoutes } from '../../../src/api/auth/sign-in.js'
import { apiUrl, signInPageOf } from '../../../src/settings/api-address.js'
import { welcomeScreen, type ScreenFacts } from '../../../src/start/screen.js'
import { openDatabase } from '../../../src/store/database.js'
import { signInApi } from '../../support/api.js'

const app = signInApi(
  signInRoutes({ database: openDatabase('postgres://nobody@127.0.0.1:1/none'), addressOf: () => undefined }),
)

test('its policy allows the one script and the one style that it has, to the character, and nothing of others', async () => {
  const answer = await app.request('/sign-in')
  expect(answer.status).toBe(200)
  const html = await answer.text()
  const digestOf = (element: string) => {
    const [, text = ''] = new RegExp(`<${element}>([^]*)</${element}>`).exec(html) ?? []
    expect(text).not.toBe('')
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  }
  expect(answer.headers.get('content-security-policy')).toBe(
    `default-src 'none'; script-src ${digestOf('script')}; style-src ${digestOf('style')}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  expect(html).not.toMatch(/<link|<img|javascript:|style="|src=|url\(|@import|\son\w+=/)
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
})

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8400/sign-in'],
  ['0.0.0.0', 'http://127.0.0.1:8400/sign-in'],
  ['::', 'http://[::1]:8400/sign-in'],
  ['::1', 'http://[::1]:8400/sign-in'],
  ['carillon.internal', 'http://carillon.internal:8400/sign-in'],
])('what listens on %s has it at %s', (host, page) => {
  expect(signInPageOf(apiUrl({ host, port: 8400 }))).toBe(page)
})

const facts: ScreenFacts = {
  stack: {
    temporalAddress: '127.0.0.1:7233',
    temporalNamespace: 'default',
    databaseUrl: 'postgres://carillon:secret@127.0.0.1:5433/carillon?sslmode=disable',
  },
  home: '/home/x/.carillon',
  logFile: '/home/x/.carillon/logs/worker.log',
  apiUrl: 'http://127.0.0.1:8400',
  signInUrl: 'http://127.0.0.1:8400/sign-in#one-time',
  readyMs: 1_000,
  accounts: [],
}

test('`npm start` shows the link, and says how to have another; no password', () => {
  const screen = welcomeScreen(facts)
  expect(screen).toContain('  Sign in          http://127.0.0.1:8400/sign-in#one-time\n')
  expect(screen).toContain('./bin/carillon sign-in-link')
  expect(screen).toContain('  Postgres         127.0.0.1:5433/carillon\n')
  expect(screen).not.toContain('secret')
  expect(welcomeScreen({ ...facts, signInUrl: undefined })).not.toMatch(/sign.?in/i)
})
