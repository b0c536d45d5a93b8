import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertOperator } from '../../src/store/operators/operators.js'
import { createHttpClient } from '../../src/api/client/client.js'
import { apiOf, apiToken, type Send } from '../support/api.js'
import { imageBytes } from '../support/images.js'
import { startSystem, type System } from '../support/system.js'

// What is stored is given to who has it, as a picture and nothing else.

const at = '2035-01-01T09:00'
let system: System
let app: ReturnType<typeof apiOf>['app']
let send: Send
let picture: Buffer
let media: string

beforeAll(async () => {
  system = await startSystem()
  ;({ app, send } = apiOf(system, {
    callers: {
      looks: { role: 'viewer' },
      acme: { operatorId: 'acme' },
      kitchen: { accounts: ['canteen'] },
      desk: { accounts: ['office'] },
    },
  }))
  await insertOperator(system.database, { id: 'acme', actor: 'test' })
  for (const id of ['office', 'canteen']) await system.client.accounts.add({ id })
  picture = await imageBytes()
  media = await uploaded(picture)
})
afterAll(() => system.close())

async function uploaded(body: Buffer, token = apiToken): Promise<string> {
  const headers = { 'content-type': 'image/jpeg' }
  const answer = await send('POST', '/v1/media', { body, headers, token })
  expect(answer.status).toBe(201)
  return (answer.body as { media: string }).media
}

const ask = async (path: string, token = apiToken, headers = {}, method = 'GET') =>
  await app.request(`/v1/media/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
const create = async (fields: object, token = apiToken) =>
  await send('POST', '/v1/reminders', { body: { at, zone: 'UTC', to: '+15550005599', ...fields }, token })

test('what was uploaded is answered byte for byte, as a picture that is kept and can do nothing', async () => {
  const answer = await ask(media, 'looks')
  expect(answer.status).toBe(200)
  expect(Buffer.from(await answer.arrayBuffer()).equals(picture)).toBe(true)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-disposition': 'inline',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=31536000, immutable',
    vary: expect.stringContaining('Cookie'),
    etag: `"${media}"`,
  })
  const again = await ask(media, 'looks', { 'if-none-match': `"${media}"` })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const head = await ask(media, 'looks', {}, 'HEAD')
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, `"${media}"`, ''])
})

test('by the client over HTTP, too', async () => {
  const fetch: typeof globalThis.fetch = async (url, init) => await app.request(new Request(url, init))
  const client = createHttpClient({ url: 'http://api.test', token: apiToken, fetch })
  const read = await client.media.read(media)
  expect(read.mime).toBe('image/jpeg')
  expect(Buffer.from(read.bytes).equals(picture)).toBe(true)
  await expect(client.media.read('f'.repeat(64))).rejects.toMatchObject({ code: 'not_found' })
})

test('of others it is answered what is answered of none, and nobody sends it by its name', async () => {
  const none = media.replaceAll(/[0-9a-f]/g, 'e')
  const texts = await Promise.all(
    [media, none].map(async (name) => {
      const answer = await ask(name, 'acme', { 'if-none-match': `"${name}"` })
      expect(answer.status).toBe(404)
      const { requestId: _id, ...problem } = (await answer.json()) as Record<string, unknown>
      const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id')
      return JSON.stringify([problem, headers]).replaceAll(name, '<name>')
    }),
  )
  expect(texts[0]).toBe(texts[1])
  for (const odd of ['..%2F..%2Fetc', 'A'.repeat(64), `${media}%00`, '%27'])
    expect((await ask(odd)).status, odd).toBe(404)

  // By a reminder that shows it, it would be theirs.
  await send('POST', '/v1/accounts', { body: { id: 'acme--desk' }, token: 'acme' })
  const taken = await create({ key: 'taken', account: 'acme--desk', image: media }, 'acme')
  expect(taken).toMatchObject({ status: 422, body: { issues: [{ field: 'image' }] } })
  expect((await ask(media, 'acme')).status).toBe(404)

  // Who has the file has the image: it is stored once.
  expect(await uploaded(picture, 'acme')).toBe(media)
  expect((await ask(media, 'acme')).status).toBe(200)
})

test('a token for some accounts sees what these show, and what it has uploaded itself', async () => {
  expect((await ask(media, 'desk')).status).toBe(404)
  expect(await create({ key: 'poster', account: 'office', image: media, caption: 'See you!' })).toMatchObject(
    {
      status: 201,
    },
  )
  expect((await ask(media, 'desk')).status).toBe(200)
  expect((await ask(media, 'kitchen')).status).toBe(404)
  const menu = await uploaded(await imageBytes({ red: 90 }), 'kitchen')
  expect((await ask(menu, 'kitchen')).status).toBe(200)
  expect((await ask(menu, 'desk')).status).toBe(404)
  // What the reminder shows can be shown by another one of the same account.
  const again = { key: 'again', account: 'office', image: media, caption: 'Again' }
  expect((await create(again, 'desk')).status).toBe(201)
})

test('a run says what it sends, also after an edit, and its image is still there', async () => {
  const { database } = system
  const other = await uploaded(await imageBytes({ red: 140 }))
  const { runId } = await system.client.reminders.fire('poster')
  await send('PATCH', '/v1/reminders/poster', { body: { image: other } })
  const shown = await send('GET', `/v1/runs/${encodeURIComponent(runId ?? '')}`)
  expect(shown).toMatchObject({
    status: 200,
    body: { parts: [{ kind: 'image', media, caption: 'See you!' }] },
  })
  // By the run alone: the reminder shows another one, and the other that shows it is another account's to see.
  await database.query(`update reminder set digest = (select digest from reminder where dedupe_key = 'poster')
    where dedupe_key = 'again'`)
  expect((await ask(media, 'desk')).status).toBe(200)
})

test('what is no picture by its type is saved and never shown', async () => {
  const { database } = system
  await database.query(`update media set mime = 'text/html' where digest = $1`, [media])
  const answer = await ask(media)
  expect(answer.headers.get('content-type')).toBe('application/octet-stream')
  expect(answer.headers.get('content-disposition')).toBe('attachment')
  await database.query(`update media set mime = 'image/jpeg' where digest = $1`, [media])
})
