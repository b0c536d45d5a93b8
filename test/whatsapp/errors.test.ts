import { expect, test } from 'vitest'
import {
  classifyDirectRefusal,
  classifyDisconnect,
  classifyRefusal,
  errorFields,
  groupQueryFailure,
} from '../../src/whatsapp/errors.js'
import { GatewayFailure } from '../../src/whatsapp/gateway.js'

/** As Baileys makes them: Boom, without its class. */
const boom = (statusCode: number, data?: unknown) =>
  Object.assign(new Error('x'), { data, output: { statusCode } })

test.each([
  [515, 'RestartRequired'],
  [401, 'AccountLoggedOut'],
  [411, 'AccountLoggedOut'],
  [440, 'AccountReplaced'],
  [516, 'AccountLoggedOut'],
  [403, 'AccountBanned'],
  [406, 'AccountBanned'],
  [429, 'AccountLimited'],
  [500, 'ServerRefusedForNow'],
  [503, 'ServerRefusedForNow'],
  [507, 'ServerRefusedForNow'],
  [405, 'ClientOutdated'],
  [409, 'ClientOutdated'],
  [400, 'UnknownRefusal'],
  [413, 'UnknownRefusal'],
  [414, 'UnknownRefusal'],
  [415, 'UnknownRefusal'],
  [418, 'UnknownRefusal'],
  [419, 'UnknownRefusal'],
  [421, 'UnknownRefusal'],
  [478, 'UnknownRefusal'],
  [501, 'UnknownRefusal'],
])('a connection that WhatsApp ends with %i is %s', (code, failure) => {
  expect(classifyDisconnect(boom(code, { reason: String(code) }))).toEqual({ failure, code })
})

test.each([408, 428])('what Baileys says itself (%i) is a lost connection', (code) => {
  expect(classifyDisconnect(boom(code))).toEqual({ failure: 'ConnectionLost', code })
})

test.each([
  ['seconds from now', '3600', 3_660],
  ['a moment', String(Math.floor(Date.now() / 1_000) + 3_600), 3_660],
  ['nothing', undefined, 6 * 3_600],
  ['no number', 'soon', 6 * 3_600],
])('a temporary ban whose end is %s is one until then', (_, expire, expectedSeconds) => {
  const { failure, until, subCode } = classifyDisconnect(boom(402, { reason: '402', code: '104', expire }))
  expect([failure, subCode]).toEqual(['AccountTemporarilyBanned', 104])
  const seconds = ((until?.getTime() ?? 0) - Date.now()) / 1_000
  expect(Math.abs(seconds - expectedSeconds)).toBeLessThan(60)
})

test('an end of our own has no code', () => {
  expect(classifyDisconnect(undefined)).toEqual({ failure: 'ClosedByUs', code: undefined })
})

test.each([
  [440, 'device_removed', 'AccountLoggedOut'],
  [401, 'device_removed', 'AccountLoggedOut'],
  [440, 'account_locked', 'AccountLoggedOut'],
  [440, undefined, 'AccountLoggedOut'],
  [440, 'replaced', 'AccountReplaced'],
  [401, 'replaced', 'AccountReplaced'],
])('a conflict comes before its code: %i and %s is %s', (code, type, failure) => {
  const conflict = { tag: 'conflict', attrs: { type } }
  expect(classifyDisconnect(boom(code, conflict))).toEqual({ failure, code })
})

test.each([401, 403, 503])('HTTP %i of a proxy says nothing about the account', (code) => {
  const refusedUpgrade = boom(code, new Error(`Unexpected server response: ${code}`))
  expect(classifyDisconnect(refusedUpgrade)).toEqual({ failure: 'ConnectionLost', code })
})

test.each([
  [463, 'AccountTimeLocked'],
  [429, 'AccountLimited'],
  [475, 'AccountLimited'],
  [420, 'NotAllowedToPost'],
  [421, 'GroupAddressingChanged'],
  [479, 'MessageFormRefused'],
  [400, 'MessageFormRefused'],
  [401, 'NotInGroup'],
  [403, 'NotInGroup'],
  [404, 'NotInGroup'],
  [500, 'ServerRefusedForNow'],
  [503, 'ServerRefusedForNow'],
] as const)('a message to a group refused with %i is %s', (code, failure) => {
  expect(classifyRefusal(code)).toBe(failure)
})

test.each([
  [404, 'NotOnWhatsApp'],
  [403, 'RefusedByServer'],
  [463, 'NewChatsLocked'],
  [475, 'NewChatsCapped'],
  [420, 'RefusedByServer'],
  [429, 'AccountLimited'],
] as const)('a direct message refused with %i is %s', (code, failure) => {
  expect(classifyDirectRefusal(code)).toBe(failure)
})

test('the code of a refused query is in `data`; a query without an answer has none', () => {
  expect(groupQueryFailure(boom(500, 403))).toEqual(new GatewayFailure('NotInGroup', 403))
  expect(groupQueryFailure(boom(408))).toEqual(new GatewayFailure('ConnectionLost', undefined))
  expect(groupQueryFailure(1006)).toEqual(new GatewayFailure('ConnectionLost', undefined))
})

test('what is logged of an error has no words of others in it', () => {
  const error = Object.assign(new Error('to 15551000001: hello'), { code: '57P01', detail: '15551000001' })
  expect(errorFields(error)).toEqual({ error: { name: 'Error' }, code: '57P01' })
  expect(errorFields(new GatewayFailure('Fenced', undefined))).toEqual({
    error: { name: 'Fenced' },
    code: undefined,
  })
})
