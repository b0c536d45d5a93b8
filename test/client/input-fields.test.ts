import { describe, expect, it } from 'vitest'
import type { InputIssue } from '../../src/client/errors.js'
import { imageFolder } from './support/images.js'
import { account, good, issuesOf as issuesIn } from './support/input.js'
import type { InputContext } from '../../src/client/input/field-reading.js'

const images = imageFolder()
const issuesOf = async (input: unknown, change: Partial<InputContext> = {}) =>
  await issuesIn(input, { folder: images.path(), ...change })

describe('a bad field', () => {
  const noText = { to: good.to, at: good.at }
  const cases: [string, unknown, InputIssue][] = [
    [
      'key',
      { ...good, key: 'a b' },
      { field: 'key', got: "'a b'", expected: expect.stringContaining('1–160 letters') },
    ],
    [
      'a key of digits',
      { ...good, key: 2026 },
      { field: 'key', got: '2026', expected: expect.stringContaining('in quotes') },
    ],
    [
      'account',
      { ...good, account: 'shop' },
      { field: 'account', got: "'shop'", expected: 'expected one of your accounts (school)' },
    ],
    [
      'account shape',
      { ...good, account: 'My School' },
      { field: 'account', got: "'My School'", expected: expect.stringContaining('a–z') },
    ],
    [
      'zone',
      { ...good, zone: 'Nairobi' },
      { field: 'zone', got: "'Nairobi'", expected: 'expected an IANA time zone such as Africa/Nairobi' },
    ],
    [
      'at',
      { ...good, at: 'whenever' },
      { field: 'at', got: "'whenever'", expected: expect.stringContaining('expected a time such as') },
    ],
    [
      'a day without a time',
      { ...good, at: 'tomorrow' },
      { field: 'at', got: "'tomorrow'", expected: 'expected a time of day too, such as "tomorrow 09:00"' },
    ],
    [
      'half a time',
      { ...good, at: 'tomorrow 09:00 sharpish' },
      {
        field: 'at',
        got: "'tomorrow 09:00 sharpish'",
        expected: expect.stringContaining("only 'tomorrow 09:00' was understood"),
      },
    ],
    [
      'no such date',
      { ...good, at: '2026-02-30T09:00' },
      { field: 'at', got: "'2026-02-30T09:00'", expected: expect.stringContaining('no such date') },
    ],
    [
      'priority',
      { ...good, priority: 12 },
      { field: 'priority', got: '12', expected: 'expected a whole number from 0 to 9' },
    ],
    [
      'catchUp',
      { ...good, catchUp: '15 minutes' },
      {
        field: 'catchUp',
        got: "'15 minutes'",
        expected: expect.stringContaining('expected a duration such as'),
      },
    ],
    [
      'deliverWithin',
      { ...good, deliverWithin: '0s' },
      { field: 'deliverWithin', got: "'0s'", expected: 'expected at least 1s' },
    ],
    [
      'onUncertain',
      { ...good, onUncertain: 'maybe' },
      { field: 'onUncertain', got: "'maybe'", expected: "expected 'resend' or 'unknown'" },
    ],
    [
      'groupConcurrency',
      { ...good, groupConcurrency: 0 },
      { field: 'groupConcurrency', got: '0', expected: 'expected a whole number from 1 to 20' },
    ],
    ['text', { ...good, text: '' }, { field: 'text', got: 'an empty text', expected: 'expected some text' }],
    [
      'a text that is too long',
      { ...good, text: 'x'.repeat(65_537) },
      { field: 'text', got: 'a text of 65537 characters', expected: 'expected at most 65536 characters' },
    ],
    [
      'caption without image',
      { ...good, caption: 'The way' },
      { field: 'caption', expected: expect.stringContaining('expected `image` beside it') },
    ],
    [
      'an empty part',
      { ...noText, parts: [{}] },
      {
        field: 'parts[0]',
        got: 'a group of fields',
        expected: 'expected `text`, or `image` with an optional `caption`',
      },
    ],
    [
      'parts and text',
      { ...good, parts: [{ text: 'x' }] },
      { field: 'parts', expected: expect.stringContaining('not both') },
    ],
    [
      'a missing file',
      { ...noText, image: 'none.jpg' },
      { field: 'image', got: "'none.jpg'", expected: expect.stringContaining('there is no ') },
    ],
    [
      'a folder',
      { ...noText, image: '.' },
      { field: 'image', got: "'.'", expected: expect.stringContaining('is a folder') },
    ],
    [
      'a file that is no image',
      { ...noText, parts: [{ image: 'notes.jpg' }] },
      {
        field: 'parts[0].image',
        got: "'notes.jpg'",
        expected: expect.stringContaining('expected a JPEG, PNG or WebP image'),
      },
    ],
    [
      'a torn file',
      { ...noText, image: 'torn.jpg' },
      { field: 'image', got: "'torn.jpg'", expected: expect.stringContaining('none that can be decoded') },
    ],
    [
      'a GIF',
      { ...noText, image: 'poster.gif' },
      { field: 'image', got: "'poster.gif'", expected: expect.stringContaining('and this is a GIF') },
    ],
    [
      'an unknown group',
      { ...good, to: ['Class 9Z'] },
      {
        field: 'to[0]',
        got: 'a name of 8 characters',
        expected: expect.stringContaining('carillon groups list --account school'),
      },
    ],
    [
      'an ambiguous group',
      { ...good, to: ['Parents'] },
      {
        field: 'to[0]',
        got: 'a name of 7 characters',
        expected: expect.stringContaining('2 groups have this name'),
      },
    ],
    [
      'a number without +',
      { ...good, to: ['15551234567'] },
      {
        field: 'to[0]',
        got: '11 digits without "+"',
        expected: expect.stringContaining('expected "+" before'),
      },
    ],
    [
      'a number that is too short',
      { ...good, to: ['+1555'] },
      { field: 'to[0]', got: '"+" and 4 digits', expected: expect.stringContaining('7 to 15 digits') },
    ],
    [
      'a channel',
      { ...good, to: ['120363000000000001@newsletter'] },
      { field: 'to[0]', got: 'a channel', expected: expect.stringContaining('a group or a person') },
    ],
    [
      'a broadcast list',
      { ...good, to: ['1700000000@broadcast'] },
      { field: 'to[0]', got: 'a broadcast list', expected: expect.stringContaining('a group or a person') },
    ],
    [
      'an invitation link',
      { ...good, to: ['https://chat.whatsapp.com/AbCdEf'] },
      {
        field: 'to[0]',
        got: 'an invitation link',
        expected: expect.stringContaining('the group that it leads to'),
      },
    ],
    [
      'a number without quotes',
      { ...good, to: 15551234567 },
      { field: 'to[0]', got: expect.any(String), expected: expect.stringContaining('in quotes') },
    ],
    [
      'all groups and more',
      { ...good, to: ['all groups', 'Parents'] },
      { field: 'to', got: 'a list of 2', expected: expect.stringContaining("expected 'all groups' alone") },
    ],
    [
      'nobody',
      { ...good, to: [] },
      { field: 'to', got: 'an empty list', expected: 'expected at least one recipient' },
    ],
    [
      'an unknown field',
      { ...good, prioritiy: 3 },
      { field: 'prioritiy', expected: "unknown field; did you mean 'priority'?" },
    ],
    [
      'an unknown field with a dot in its name',
      { ...good, 'a.b': 3 },
      { field: "['a.b']", expected: 'unknown field' },
    ],
    [
      'an unknown field that is called like the place of another',
      { ...good, 'parts[0]': 3 },
      { field: "['parts[0]']", expected: 'unknown field' },
    ],
    [
      'an unknown field of a part',
      { ...noText, parts: [{ txt: 'x' }] },
      { field: 'parts[0].txt', expected: "unknown field; did you mean 'text'?" },
    ],
    [
      'no object at all',
      'remind me',
      {
        field: 'reminder',
        got: 'a text of 9 characters',
        expected: expect.stringContaining('expected fields'),
      },
    ],
  ]

  it.each(cases)('%s: its error names field, value and what is expected', async (_what, input, issue) => {
    expect(await issuesOf(input)).toContainEqual(issue)
  })

  it('is told together with all the others', async () => {
    const issues = await issuesOf({
      to: ['Class 9Z'],
      image: 'none.jpg',
      at: 'whenever',
      zone: 'Mars',
      priority: 'x',
      colour: 1,
    })
    expect(issues.map((issue) => issue.field).toSorted()).toEqual([
      'at',
      'colour',
      'image',
      'priority',
      'to[0]',
      'zone',
    ])
  })

  it('that is missing is told too', async () => {
    expect((await issuesOf({})).map((issue) => issue.field)).toEqual(['to', 'parts', 'at'])
    const two = [account('school'), account('shop')]
    expect(await issuesOf(good, { accounts: two })).toEqual([
      { field: 'account', expected: 'missing: say which of your accounts sends it (school, shop)' },
    ])
    expect(await issuesOf(good, { accounts: [] })).toEqual([
      { field: 'account', expected: expect.stringContaining('carillon account add') },
    ])
  })

  it('never has a text, caption, number or name in its error', async () => {
    const secret = 'Xylophone'
    const inputs = [
      { ...good, text: [secret] },
      { ...good, caption: secret },
      { ...good, to: [secret, `+${'9'.repeat(20)}`, '0049123456789'] },
      { ...good, parts: [{ text: { secret } }, { image: 'poster.jpg', caption: secret.repeat(200) }] },
      { ...good, parts: secret },
    ]
    for (const input of inputs) {
      const text = JSON.stringify(await issuesOf(input))
      expect(text).not.toMatch(/Xylo|99999|491234/)
    }
  })
})
