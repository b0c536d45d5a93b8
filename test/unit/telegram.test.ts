import { expect, test } from 'vitest'
import { cutError, updateRetryDelayMs } from '../../src/domain/telegram.js'
import { readUpdate } from '../../src/inbox/read-update.js'
import { keyedDigest, openText, sealText } from '../../src/inbox/sealed.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { alertOf } from '../../src/telegram/alert-text.js'
import { loadHandlers } from '../../src/telegram/registry.js'

test('the waits of an update', () => {
  expect([1, 2, 3, 4, 5, 20].map((failed) => updateRetryDelayMs(failed) / 1_000)).toEqual([
    30, 120, 600, 3_600, 3_600, 3_600,
  ])
})

test('an error is cut at whole characters', () => {
  expect(cutError('short')).toBe('short')
  expect(cutError('x'.repeat(5_000))).toHaveLength(4_096)
  // Its 4,096th is the first half of a pair.
  const cut = cutError(`${'x'.repeat(4_095)}😀`)
  expect(cut).toHaveLength(4_095)
  expect(encodeURIComponent(cut)).toBe(cut)
})

test.each([
  ['a message', { message: { chat: { id: -100 }, from: { id: 5 } } }, { kind: 'message', chat: '-100' }],
  [
    'a button that was pressed',
    { callback_query: { from: { id: 5 }, message: { chat: { id: 7 } } } },
    { kind: 'callback_query', chat: '7' },
  ],
  ['what is of no chat', { inline_query: { from: { id: 5 } } }, { kind: 'inline_query', chat: '5' }],
  ['what is of nobody', { poll: { id: 'x' } }, { kind: 'poll', chat: 'update:9' }],
  ['what has no content', {}, { kind: 'unknown', chat: 'update:9' }],
])('whose chat an update is of: %s', (_what, content, wanted) => {
  expect(readUpdate({ update_id: 9, ...content })).toEqual({ updateId: 9, ...wanted })
})

test.each([[null], ['text'], [{}], [{ update_id: '9' }], [{ update_id: -1 }], [{ update_id: 1.5 }]])(
  '%j is no update',
  (value) => expect(readUpdate(value)).toBeUndefined(),
)

test('what is sealed opens at its own place alone, and what it is found by tells nothing without the secret', () => {
  const ring = KeyRing.of(Buffer.alloc(32, 1))
  const of = { operator: 'school', bot: 'ops' }
  const sealed = sealText(ring, { of, kind: 'update', id: '1', text: 'hello' })
  expect(openText(ring, { of, kind: 'update', id: '1', sealed })).toBe('hello')
  for (const other of [
    { of, kind: 'update', id: '2' },
    { of, kind: 'error', id: '1' },
    { of: { ...of, bot: 'desk' }, kind: 'update', id: '1' },
  ] as const)
    expect(() => openText(ring, { ...other, sealed })).toThrow('What is secret of the bot')
  expect(keyedDigest('a', 'user', '5')).not.toEqual(keyedDigest('b', 'user', '5'))
  expect(keyedDigest('a', 'user', '5')).not.toEqual(keyedDigest('a', 'chat', '5'))
})

const run = { accountId: 'office', reminderKey: 'trip', runId: 'run:x' }

test.each([
  [
    'account.state',
    { accountId: 'office', state: 'banned', before: 'connected' },
    "Account 'office' is banned",
  ],
  ['account.state', { accountId: 'office', state: 'connected', before: 'banned' }, 'is connected.'],
  ['account.state', { accountId: 'office', state: 'connected', before: 'reconnecting' }, undefined],
  ['account.state', { accountId: 'office', state: 'unlinked', before: 'connected' }, undefined],
  [
    'run.failed',
    { ...run, state: 'failed', counts: { delivered: 0, failed: 2 } },
    'failed: 0 of 2 delivered',
  ],
  [
    'run.finished',
    { ...run, state: 'partial', counts: { delivered: 3, failed: 1, expired: 1 } },
    'did not reach everybody: 3 of 5 delivered, 1 failed, 1 expired',
  ],
  ['run.finished', { ...run, state: 'completed', counts: { delivered: 3, failed: 0 } }, undefined],
  ['run.finished', { ...run, state: 'canceled', counts: { delivered: 1, skipped: 2 } }, undefined],
])('what is told of %s %j', (type, data, wanted) => {
  const text = alertOf(type, data)?.text
  if (wanted === undefined) expect(text).toBeUndefined()
  else expect(text).toContain(wanted)
})

const module = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`

test('handlers of others are beside ours, and what is wrong with them is said at the start', async () => {
  const ours = { 'remote-control': async () => ({}) }
  const load = async (code: string) => await loadHandlers(ours, module(code))
  expect([...(await loadHandlers(ours, undefined)).keys()]).toEqual(['remote-control'])
  expect([...(await load('export const handlers = { desk: async () => ({}) }')).keys()]).toEqual([
    'remote-control',
    'desk',
  ])
  for (const [code, what] of [
    ['export const other = {}', 'exports `handlers`'],
    ['export const handlers = { desk: 5 }', "'desk' is no function"],
    ['export const handlers = { Desk: () => {} }', "got 'Desk'"],
    ["export const handlers = { 'remote-control': () => {} }", "'remote-control' already"],
    ['}', 'cannot be loaded'],
  ] as const)
    await expect(load(code)).rejects.toThrow(what)
  await expect(loadHandlers(ours, '/nowhere/handlers.js')).rejects.toThrow('CARILLON_TELEGRAM_HANDLERS')
})
