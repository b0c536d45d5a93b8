import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  definitionDefaults,
  differences,
  reminderDefinition,
  type ReminderDefinition,
} from '../../../src/domain/definition.js'
import { IndexKey } from '../../../src/store/encryption/index-key.js'
import { definitionDigest } from '../../../src/store/reminders/definitions.js'

const definition: ReminderDefinition = {
  version: 2,
  account: 'school',
  audience: { kind: 'list', recipients: ['120363000000000001@g.us'] },
  parts: [
    { kind: 'text', text: 'The bus leaves at 8.' },
    { kind: 'image', media: 'a'.repeat(64), caption: 'The way' },
  ],
  schedule: { kind: 'once', at: '2026-11-24T06:00:00Z', zone: 'Africa/Nairobi' },
  ...definitionDefaults,
}

const index = new IndexKey(Buffer.alloc(32, 3))
const keyed = { digest: (purpose: string, text: string) => index.digest(purpose, text).toString('hex') }

describe('the canonical form', () => {
  it('is the same whatever the order of the fields', () => {
    const turned = Object.fromEntries(Object.entries(definition).toReversed()) as ReminderDefinition
    expect(canonicalJson(turned)).toBe(canonicalJson(definition))
    expect(definitionDigest(keyed, turned)).toBe(definitionDigest(keyed, definition))
  })

  it('keeps the order of parts and recipients', () => {
    const turned = { ...definition, parts: definition.parts.toReversed() }
    expect(definitionDigest(keyed, turned)).not.toBe(definitionDigest(keyed, definition))
  })

  it('accepts itself and nothing unknown', () => {
    expect(reminderDefinition.parse(definition)).toEqual(definition)
    expect(reminderDefinition.safeParse({ ...definition, color: 'red' }).success).toBe(false)
  })
})

describe('differences', () => {
  it('are none between equal definitions', () => {
    expect(differences(definition, structuredClone(definition))).toEqual([])
  })

  it('name the field and both values', () => {
    const later = {
      ...definition,
      priority: 7,
      schedule: { ...definition.schedule, at: '2026-11-25T06:00:00Z' },
    }
    expect(differences(definition, later)).toEqual([
      { field: 'priority', existing: '5', requested: '7' },
      { field: 'schedule.at', existing: '"2026-11-24T06:00:00Z"', requested: '"2026-11-25T06:00:00Z"' },
    ])
  })

  it('name personal fields without their values', () => {
    const other: ReminderDefinition = {
      ...definition,
      audience: { kind: 'list', recipients: ['15551234567@s.whatsapp.net'] },
      parts: [
        { kind: 'text', text: 'secret one' },
        { kind: 'image', media: 'b'.repeat(64), caption: 'secret two' },
      ],
    }
    const found = differences(definition, other)
    expect(found.map((difference) => difference.field)).toEqual([
      'audience.recipients',
      'parts[0].text',
      'parts[1].caption',
      'parts[1].media',
    ])
    expect(JSON.stringify(found)).not.toMatch(/secret|1555|bus|bbbb/)
  })

  it('tell a part more or less, and a caption that one has', () => {
    expect(differences(definition, { ...definition, parts: definition.parts.slice(0, 1) })).toEqual([
      { field: 'parts' },
    ])
    const bare = { ...definition, parts: [definition.parts[0], { kind: 'image', media: 'a'.repeat(64) }] }
    expect(differences(definition, bare)).toEqual([{ field: 'parts[1].caption' }])
  })

  it('tell another kind of audience', () => {
    const everyone = { ...definition, audience: { kind: 'allGroups' } }
    expect(differences(definition, everyone)).toEqual([
      { field: 'audience.kind', existing: '"list"', requested: '"allGroups"' },
      { field: 'audience.recipients' },
    ])
  })
})
