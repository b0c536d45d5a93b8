import { expect, it } from 'vitest'
import { readDeviceName, systemForCode } from '../../../../src/domain/accounts/device-name.js'

it.each([
  ['Chrome (Windows)', 'Chrome', 'Windows'],
  ['Safari (Mac OS)', 'Safari', 'Mac OS'],
  ['Firefox (Schule Süd 2)', 'Firefox', 'Schule Süd 2'],
])('%s is a browser and a system', (text, browser, system) => {
  expect(readDeviceName(text)).toEqual({ browser, system })
})

it.each([
  'Carillon',
  'Desktop (Windows)',
  'chrome (Windows)',
  'Chrome (Windows) 2',
  'Chrome ()',
  'Chrome ( )',
  'Chrome (Win(dows))',
  `Chrome (${'x'.repeat(31)})`,
  'Chrome (a\nb)',
])('%j is no name of a device', (text) => {
  expect(readDeviceName(text)).toBeUndefined()
})

it('a pairing code is asked for with a system that WhatsApp knows', () => {
  const asked = (system: string) => systemForCode({ browser: 'Chrome', system })
  expect(['Windows', 'Mac OS', 'Linux', 'Carillon', 'windows'].map(asked)).toEqual([
    'Windows',
    'Mac OS',
    'Linux',
    'Windows',
    'Windows',
  ])
})
