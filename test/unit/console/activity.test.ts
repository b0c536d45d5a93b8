import { expect, test } from 'vitest'
import { subjectOf, whoOf } from '../../../console/src/pages/activity/subject.js'
import { activity } from '../../../console/src/text/en/activity.js'

const names = {
  reminders: new Map([['class-trip', 'Trip on Friday']]),
  tokens: new Map([['0b6f', 'desk']]),
  webhooks: new Map([['8f14', 'hooks.example.org']]),
}

test.each([
  ['reminder:local/class-trip', 'the reminder “Trip on Friday”', '/reminders/class-trip'],
  ['reminder:local/a/b', 'the reminder “a/b”', '/reminders/a%2Fb'],
  [
    'run:local/class-trip@2026-11-24T06:00:00Z',
    'the run of “Trip on Friday”',
    '/runs/run%3Alocal%2Fclass-trip%402026-11-24T06%3A00%3A00Z',
  ],
  ['session:office', 'the account “office”', '/accounts'],
  ['token:0b6f', 'the token “desk”', undefined],
  ['token:ffff', 'a token', undefined],
  ['webhook:8f14', 'the webhook to hooks.example.org', undefined],
  ['webhook:8f14/0d4c', 'the webhook to hooks.example.org', undefined],
  ['bot:ops/anna', 'the bot “ops”', undefined],
  ['telegram:ops/10000', 'a message to the bot “ops”', undefined],
  ['keys', 'the encryption keys', undefined],
  ['another:thing', 'another:thing', undefined],
])('%s is told as people know it', (subject, told, to) => {
  const found = subjectOf(subject, names)
  expect(activity.things[found.thing](found.name)).toBe(told)
  expect(found.to).toBe(to)
})

test('who asked is a token, a person at a bot, the operator, or Carillon itself', () => {
  expect(whoOf({ by: 'school/desk', via: 'api' }, activity)).toBe('desk')
  expect(whoOf({ by: 'school/ops:anna', via: 'chat' }, activity)).toBe('ops:anna')
  expect(whoOf({ by: 'school/start', via: 'api' }, activity)).toBe('Sign-in link')
  expect(whoOf({ by: 'school', via: 'cli' }, activity)).toBe('school')
  expect(whoOf({ by: null, via: 'system' }, activity)).toBe('Carillon')
  expect(whoOf({ by: null, via: 'temporal' }, activity)).toBe('Somebody')
})
