import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { InputContext } from '../../src/client/input/field-reading.js'
import { imageFolder } from './support/images.js'
import { account, good, read as readIn } from './support/input.js'

const images = imageFolder()
const read = async (input: unknown, change: Partial<InputContext> = {}) =>
  await readIn(input, { folder: images.path(), ...change })

describe('a good reminder', () => {
  it('becomes a definition with every default', async () => {
    const { definition, warnings, key } = await read(good)
    expect(definition).toEqual({
      version: 2,
      account: 'school',
      audience: { kind: 'list', recipients: ['120363000000000001@g.us'] },
      parts: [{ kind: 'text', text: 'The bus leaves at 8.' }],
      schedule: { kind: 'once', at: '2026-11-24T06:00:00Z', zone: 'Africa/Nairobi' },
      overlap: 'bufferOne',
      priority: 5,
      catchUpMs: 3_600_000,
      deliverWithinMs: 43_200_000,
      onUncertain: 'resend',
      groupConcurrency: 3,
    })
    expect(warnings).toEqual([])
    expect(key).toMatch(/^auto-[0-9a-f]{24}$/)
  })

  it('has the same derived key each time, and another one with another text', async () => {
    const [first, second, other] = await Promise.all([
      read(good),
      read(good),
      read({ ...good, text: 'Bus at 9.' }),
    ])
    expect(second.key).toBe(first.key)
    expect(other.key).not.toBe(first.key)
  })

  it('takes groups by name and JID, people by number, and all groups', async () => {
    const list = ['Class 3B', 'élèves 2026', '120363000000000002@g.us', '+1 (555) 123-4567']
    const { definition } = await read({ ...good, to: list })
    expect(definition.audience).toEqual({
      kind: 'list',
      recipients: [
        '120363000000000001@g.us',
        '120363000000000004@g.us',
        '120363000000000002@g.us',
        '15551234567@s.whatsapp.net',
      ],
    })
    expect((await read({ ...good, to: 'All groups' })).definition.audience).toEqual({ kind: 'allGroups' })
  })

  it('sends a recipient that is written twice the message once, and warns', async () => {
    const { definition, warnings } = await read({
      ...good,
      to: ['+15551234567', 'Class 3B', '+1 555 123 4567'],
    })
    expect(definition.audience).toMatchObject({ recipients: { length: 2 } })
    expect(warnings).toEqual(['to[2] is the same recipient as to[0]: it gets the message once'])
  })

  it('keeps a JPEG as it is and makes a JPEG of WebP, each with size and thumbnail', async () => {
    const parts = [
      { text: 'See:' },
      { image: 'poster.jpg', caption: 'The way' },
      { image: join(images.path(), 'poster.webp') },
    ]
    const { text: _text, ...rest } = good
    const { definition, media } = await read({ ...rest, parts })
    expect(media.map((one) => [one.mime, one.width, one.height])).toEqual([
      ['image/jpeg', 64, 32],
      ['image/jpeg', 64, 32],
    ])
    const thumbnails = await Promise.all(media.map(async (one) => await sharp(one.thumbnail).metadata()))
    expect(thumbnails.map(({ format, width }) => [format, width])).toEqual([
      ['jpeg', 32],
      ['jpeg', 32],
    ])
    expect(definition.parts[1]).toEqual({ kind: 'image', media: media[0]?.digest, caption: 'The way' })
  })

  it('puts the text before the image in the short form', async () => {
    const { definition } = await read({ ...good, image: 'poster.jpg', caption: 'The way' })
    expect(definition.parts.map((part) => part.kind)).toEqual(['text', 'image'])
  })

  it.each([
    ['2026-11-24T06:00:00Z', '2026-11-24T06:00:00Z'],
    ['2026-11-24 09:00', '2026-11-24T06:00:00Z'],
    ['2026-11-24T09:00:30+01:00', '2026-11-24T08:00:30Z'],
    ['tomorrow 09:00', '2026-11-24T06:00:00Z'],
    ['tomorrow at noon', '2026-11-24T09:00:00Z'],
    ['in 10 minutes', '2026-11-23T08:40:00Z'],
    ['09:00', '2026-11-24T06:00:00Z'],
    ['12:00', '2026-11-23T09:00:00Z'],
    ['friday at 9', '2026-11-27T06:00:00Z'],
  ])('fires "%s" at %s', async (at, instant) => {
    expect((await read({ ...good, at })).definition.schedule).toMatchObject({ at: instant })
  })

  it('reads words by the clock of the zone that it names, over a change of its clock too', async () => {
    const now = new Date('2026-03-07T20:00:00Z')
    const { definition } = await read({ ...good, at: 'tomorrow 09:00', zone: 'America/New_York' }, { now })
    expect(definition.schedule).toEqual({
      kind: 'once',
      at: '2026-03-08T13:00:00Z',
      zone: 'America/New_York',
    })
  })

  it('ends its lines with LF alone, however the file that they came from ends them', async () => {
    const { definition } = await read({ ...good, text: 'one\r\ntwo\rthree\n' })
    expect(definition.parts).toEqual([{ kind: 'text', text: 'one\ntwo\nthree\n' }])
    expect((await read({ ...good, text: 'one\ntwo\nthree\n' })).key).toBe(
      (await read({ ...good, text: 'one\r\ntwo\r\nthree\r\n' })).key,
    )
  })

  it.each([
    ['text', { text: String.raw`Hello\nworld` }],
    ['caption', { text: undefined, image: 'poster.jpg', caption: String.raw`Hello\nworld` }],
    ['parts[1]', { text: undefined, parts: [{ text: 'x' }, { text: String.raw`Hello\nworld` }] }],
  ])('warns of a backslash and an n in %s, and sends them as they are', async (field, content) => {
    const { definition, warnings } = await read({ ...good, ...content })
    expect(JSON.stringify(definition.parts)).toContain(String.raw`Hello\\nworld`)
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')}: .*two characters`)),
    ])
    expect(warnings.join()).not.toContain('world')
  })

  it('warns of an account that cannot send yet', async () => {
    const { warnings } = await read(good, { accounts: [account('school', { state: 'logged_out' })] })
    expect(warnings).toEqual(["account 'school' is not linked (logged_out): `carillon account pair school`"])
  })
})
