import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import { readConsole } from '../../../src/api/console/files.js'
import { consoleSections } from '../../../src/api/console/paths.js'
import { createLogger } from '../../../src/logging.js'
import { projectRoot } from '../../../src/stack/project-root.js'

const page = '<meta name="csp-nonce" content="%NONCE%"><script src="/assets/index-AbC.js"></script>'
const script = 'console.log("a script that is long enough to be compressed")'.repeat(20)

let folder: string
let app: ReturnType<typeof createApi>
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-console-'))
  mkdirSync(join(folder, 'assets'))
  for (const [name, text] of [
    ['index.html', page],
    ['bell.svg', '<svg/>'],
    ['assets/index-AbC.js', script],
    ['.hidden', 'not ours'],
  ] as const) {
    writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text))
  }
  app = createApi({
    cronSecret: undefined,
    reconcile: () => Promise.reject(new Error('nobody asks for it')),
    logger: createLogger('silent'),
    console: readConsole(folder),
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

test('where it was not built there is none, and all else is as ever', async () => {
  expect(readConsole(join(folder, 'nothing'))).toBeUndefined()
  const without = createApi({
    cronSecret: undefined,
    reconcile: () => Promise.reject(new Error('nobody asks for it')),
    logger: createLogger('silent'),
    console: undefined,
  })
  expect((await without.request('/')).status).toBe(404)
})

describe('the page', () => {
  test.each(['/', '/reminders', '/reminders/new', '/runs/run%3Aschool%2Fx%402026', '/sign-in'])(
    'is answered at %s',
    async (path) => {
      const answer = await app.request(path)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toContain('text/html')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('says in a browser that there is no such page, and to programs what they can read', async () => {
    const ask = (path: string, accept: string) => app.request(path, { headers: { accept } })
    const [browser, program, api] = await Promise.all([
      ask('/remindrs', 'text/html,*/*;q=0.8'),
      ask('/remindrs', '*/*'),
      ask('/v1/remindrs', 'text/html,*/*;q=0.8'),
    ])
    expect([browser.status, program.status, api.status]).toEqual([404, 404, 404])
    expect(await browser.text()).toContain('csp-nonce')
    expect(browser.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const answer of [program, api]) expect(await answer.json()).toMatchObject({ code: 'not_found' })
  })

  test('lets in no script and no style but its own, and nothing from elsewhere', async () => {
    const policy = (await app.request('/')).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("img-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toMatch(/https?:|\*/)
  })

  test('has another nonce each time, which its policy names', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const answer = await app.request('/')
        const nonce = /nonce" content="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
        expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
        return nonce
      }),
    )
    expect(nonces[0]).toMatch(/^[A-Za-z0-9+/=]{20,}$/)
    expect(nonces[0]).not.toBe(nonces[1])
  })
})

test('what has a hash in its name is kept for good, compressed for whoever takes that', async () => {
  const plain = await app.request('/assets/index-AbC.js')
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(plain.headers.get('content-type')).toContain('text/javascript')
  expect(plain.headers.get('vary')).toContain('Accept-Encoding')
  expect(await plain.text()).toBe(script)
  const packed = await app.request('/assets/index-AbC.js', { headers: { 'accept-encoding': 'br, gzip' } })
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(script)
})

test('what has none is asked about each time', async () => {
  const first = await app.request('/bell.svg')
  expect(first.headers.get('cache-control')).toBe('no-cache')
  const etag = first.headers.get('etag') ?? ''
  expect((await app.request('/bell.svg', { headers: { 'if-none-match': etag } })).status).toBe(304)
})

test.each([
  '/nothing',
  '/assets/other.js',
  '/.hidden',
  '/assets/../package.json',
  '/v1/nothing',
  '/index.html',
])('%s is not there', async (path) => {
  const answer = await app.request(path)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})

test('the server knows each page of the router', () => {
  const router = readFileSync(join(projectRoot(), 'console/src/router.tsx'), 'utf8')
  const sections = [...router.matchAll(/path: '\/([a-z-]*)/g)].map(([, section = '']) => section)
  expect(sections.length).toBeGreaterThan(8)
  const known: readonly string[] = consoleSections
  expect(sections.filter((section) => section !== '' && !known.includes(section))).toEqual([])
})
