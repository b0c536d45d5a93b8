import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ofApi as inGerman } from '../../../../console/src/text/de/of-api.js'
import { ofApi as doctorInGerman } from '../../../../console/src/text/de/of-doctor.js'
import { doctorAtTerminalSentences } from '../../../../src/domain/sentences/doctor-at-terminal.js'
import { waitsForPeople, waitsForWindow } from '../../../../src/domain/states.js'
import { say } from '../../../../src/domain/sentences/say.js'
import { isOfDoctor, sentenceCodes } from '../../../../src/domain/sentences/sentences.js'
import { written } from '../../../../src/domain/sentences/written.js'
import { valuesFor } from './samples.js'
import { shownIn } from './shown.js'

const root = join(import.meta.dirname, '../../../..')

/** What the API may say of a field: of these folders everything can reach a page. */
const folders = ['src/client/input', 'src/client/preview', 'src/client/reminders', 'src/domain', 'src/api/v1']
/** What is written at a terminal or by an engineer alone. */
const elsewhere = ['src/domain/sentences/', 'src/domain/definition.ts', 'src/domain/accounts/device-name.ts']

test('what a field wants is said by the table, and nowhere else', () => {
  const literal = /['"`](expected|missing:) [^'"`]*/g
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`)
      .filter((name) => !elsewhere.some((other) => name.startsWith(other)))
      .flatMap((name) =>
        (readFileSync(join(root, name), 'utf8').match(literal) ?? []).map((text) => `${name}: ${text}`),
      ),
  )
  expect(found).toEqual([])
})

/** All but what is said at terminals alone. */
const ofConsoles = sentenceCodes.filter((code) => !(code in doctorAtTerminalSentences))

test('German has a text for each, of its own', () => {
  const texts: { [code: string]: unknown } = { ...inGerman.sentences, ...doctorInGerman.sentences }
  for (const code of ofConsoles) expect(texts[code], code).toBeDefined()
})

/** Words for who is at a terminal, writes a program or runs the system. */
const ofEngineers =
  /^(expected|missing)\b|`|\bcarillon [a-z]|CARILLON_|DATABASE_URL|\bJID|\bworkflow\b|\bdedupe|\boccurrence\b|\bendpoint\b/
const whole = ofConsoles.filter((code) => !code.startsWith('phrase'))

test.for(['en', 'de'] as const)('what the console says in %s is for whoever reads it there', (language) => {
  const shown = whole.flatMap((code) =>
    [0, 1, 2].flatMap((turn) =>
      [true, false].map((withOptional) => {
        const sentence = written(code, valuesFor(code, turn, withOptional))
        return `${code}: ${shownIn(language, sentence, { isOfDoctor: isOfDoctor(code) })}`
      }),
    ),
  )
  const said = (text: string): string => text.slice(text.indexOf(' ') + 1)
  expect(shown.filter((text) => ofEngineers.test(said(text)))).toEqual([])
  expect(shown.filter((text) => /undefined|NaN|\[object|^\w+: $/.test(text))).toEqual([])
})

test('the reasons that are told apart by how they begin begin so', () => {
  expect(say('windowGoesOn', { at: '' })).toMatch(new RegExp(`^${waitsForWindow}\\b`))
  expect(say('windowTooLateNow', { at: '', deadline: '' })).toMatch(new RegExp(`^${waitsForWindow}\\b`))
  expect(say('noMessagesToPeople', { until: '' })).toMatch(new RegExp(`^${waitsForPeople}\\b`))
})
