import { describe, expect, it } from 'vitest'
import { checkZoneData } from '../../src/doctor/zone-data.js'
import { describeZoneData, isOlderZoneData, zoneData } from '../../src/zone-data.js'

describe('the rules of time zones', () => {
  it.each([
    ['2025c', '2026d', true],
    ['2026c', '2026d', true],
    ['2026d', '2026d', false],
    ['2026e', '2026d', false],
    ['2027a', '2026d', false],
    ['2026z', '2026za', true],
  ])('%s beside %s: older is %s', (version, other, isOlder) => {
    expect(isOlderZoneData(version, other)).toBe(isOlder)
  })

  it('are told by their version, with that of Node only where it is newer', () => {
    const { version } = zoneData('2020a')
    expect(describeZoneData(zoneData('2020a'))).toBe(`${version}, brought by Carillon`)
    expect(describeZoneData(zoneData('2999a'))).toContain(`${version}, brought by Carillon (Node has 2999a`)
  })

  it('are nothing to see to for the doctor, however old those of Node are', () => {
    expect(checkZoneData()).toMatchObject({ name: 'Zone data', state: 'ok' })
  })
})
