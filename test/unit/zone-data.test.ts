import { describe, expect, it } from 'vitest'
import { checkZoneData } from '../../src/cli/doctor/zone-data.js'
import { tellZoneData } from '../../src/zone-data-log.js'
import { describeZoneData, isOlderZoneData, zoneData } from '../../src/zone-data.js'

describe('the rules of time zones', () => {
  it.each([
    ['2025c', '2026d', true],
    ['2026c', '2026d', true],
    ['2026d', '2026d', false],
    ['2026e', '2026d', false],
    ['2027a', '2026d', false],
    ['2026z', '2026za', true],
    [undefined, '2026d', true],
  ])('%s beside %s: older is %s', (version, known, isOlder) => {
    expect(isOlderZoneData(version, known)).toBe(isOlder)
  })

  it('are told with both versions where those in use are older', () => {
    const { known } = zoneData()
    expect(describeZoneData(zoneData('2020a'))).toContain(`2020a, older than ${known}`)
    expect(describeZoneData(zoneData(known))).toBe(known)
  })

  it('are a thing to see to for the doctor where they are older, and none where they are not', () => {
    const { known } = zoneData()
    const old = checkZoneData('2020a')
    expect(old).toMatchObject({ name: 'Zone data', state: 'bad' })
    expect(old.found).toContain('2020a')
    expect(old.remedy).toContain(known)
    expect(checkZoneData(known)).toEqual({ name: 'Zone data', state: 'ok', found: known })
  })
})

describe('the log of a worker that starts', () => {
  it('warns with both versions of the zone data where its own is older, and only then', () => {
    const told: { level: string; fields: unknown }[] = []
    const at = (level: string) => (fields: unknown) => void told.push({ level, fields })
    const logger = { info: at('info'), warn: at('warn') }
    tellZoneData(logger, zoneData('2020a'))
    const { known } = zoneData()
    tellZoneData(logger, zoneData(known))
    expect(told).toEqual([
      { level: 'warn', fields: { zoneData: '2020a', known } },
      { level: 'info', fields: { zoneData: known, known } },
    ])
  })
})
