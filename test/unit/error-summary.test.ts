import { runInNewContext } from 'node:vm'
import { ApplicationFailure } from '@temporalio/common'
import { expect, test } from 'vitest'
import { errorSummary } from '../../src/error-summary.js'
import { GatewayFailure } from '../../src/whatsapp/gateway.js'

test('an error of another realm and one that was written out are told by name, type and code', () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new TypeError('a text of somebody'), { code: 'ERR_X' })`,
  )
  expect(foreign).not.toBeInstanceOf(Error)
  expect(errorSummary(foreign)).toMatchObject({ name: 'TypeError', code: 'ERR_X' })
  const written: unknown = JSON.parse(
    '{"name":"ApplicationFailure","type":"UnknownReminder","message":"Ours."}',
  )
  expect(errorSummary(written)).toEqual({
    name: 'ApplicationFailure',
    type: 'UnknownReminder',
    message: 'Ours.',
  })
})

test('only a message of ours is told, also where an activity threw what another library says', () => {
  const ofPostgres = Object.assign(new Error('Key (jid)=(15550001111@s.whatsapp.net) exists'), {
    name: 'error',
    code: '23505',
    constraint: 'target_pkey',
    detail: 'Key (jid)=(15550001111@s.whatsapp.net) exists',
  })
  const thrown = ApplicationFailure.fromError(ofPostgres, { cause: ofPostgres })
  const told = JSON.stringify(errorSummary(thrown))
  expect(told).toContain('"code":"23505"')
  expect(told).toContain('"constraint":"target_pkey"')
  expect(told).not.toContain('1555')
  expect(errorSummary(new GatewayFailure('Fenced', 440))).toMatchObject({
    message: 'Fenced (440)',
    code: 440,
  })
})

test('a code is told as it is, and any other text only as one', () => {
  expect(
    ['ECONNREFUSED', 'AddressRefused', 'a whole sentence', '15550001111', 'Alma'].map(errorSummary),
  ).toEqual(['ECONNREFUSED', 'AddressRefused', 'string', 'string', 'string'])
  expect([undefined, null, 5].map(errorSummary)).toEqual(['undefined', 'object', 'number'])
})
