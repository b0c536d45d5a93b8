import { expect, it } from 'vitest'
import { ConfigError, parseConfig, variableNames } from '../../src/config.js'

const numbers = [
  'CARILLON_TEMPORAL_PORT',
  'CARILLON_UI_PORT',
  'CARILLON_POSTGRES_PORT',
  'CARILLON_API_PORT',
  'CARILLON_METRICS_PORT',
  'CARILLON_RETENTION_DAYS',
  'CARILLON_RECEIPTS_DAYS',
  'CARILLON_RECONCILE_MINUTES',
  'CARILLON_MAX_SESSIONS',
  'CARILLON_MAX_CACHED_WORKFLOWS',
]

it.each(numbers)('%s that is empty is one that is not set, and no zero', (name) => {
  expect(variableNames).toContain(name)
  for (const empty of ['', ' ']) expect(parseConfig({ [name]: empty })).toEqual(parseConfig({}))
})

it.each(variableNames.filter((name) => /PORT$|DAYS|MINUTES|MAX_/.test(name)))(
  '%s is among the numbers that may be empty',
  (name) => expect(numbers).toContain(name),
)

it.each(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'CARILLON_ENCRYPTION_KEY'])(
  '%s that is empty is an error: without it something else would be used in silence',
  (name) => expect(() => parseConfig({ [name]: '' })).toThrow(ConfigError),
)

it('names a device that the phone would not list, or no code would be given to, with what is expected', () => {
  const named = (name: string) => parseConfig({ CARILLON_DEVICE_NAME: name }).deviceName
  expect(named('')).toEqual({ browser: 'Chrome', system: 'Windows' })
  expect(named('Firefox (Front office)')).toEqual({ browser: 'Firefox', system: 'Front office' })
  expect(() => named('Carillon')).toThrow(
    /CARILLON_DEVICE_NAME: expected a browser \(Chrome, .*'Firefox \(Front office\)', got 'Carillon'/,
  )
})
