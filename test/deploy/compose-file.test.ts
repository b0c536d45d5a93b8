import { expect, it } from 'vitest'
import { readComposeFile, serviceOf } from '../../proofs/topology/compose-file.js'

const file = (value: string) => `services: { bell: { environment: { VALUE: '${value}' } } }`
const valueOf = (text: string, variables: NodeJS.ProcessEnv) =>
  serviceOf(readComposeFile(file(text), variables), 'bell').environment.VALUE

it.each([
  ['plain', 'plain'],
  ['${NAME}', 'bell'],
  ['a ${NAME} and ${NAME}', 'a bell and bell'],
  ['${EMPTY}', ''],
  ['${NAME:-other}', 'bell'],
  ['${EMPTY:-other}', 'other'],
  ['${MISSING:-postgres://host:5432/x}', 'postgres://host:5432/x'],
  ['${NAME:?say it}', 'bell'],
  ['$${NAME}', '${NAME}'],
])('%s becomes %s', (text, expected) => {
  expect(valueOf(text, { NAME: 'bell', EMPTY: '' })).toBe(expected)
})

it('names every variable that must be set, empty ones too', () => {
  const text = '${MISSING:?set it} ${EMPTY:?set it}'
  expect(() => valueOf(text, { EMPTY: '' })).toThrow('docker-compose.yml needs MISSING, EMPTY')
})

it('resolves anchors that are merged', () => {
  const source = `
x-bell: &bell { environment: { VALUE: '\${NAME}' } }
services: { large: { <<: *bell, image: 'bell:1' } }`
  const large = serviceOf(readComposeFile(source, { NAME: 'ding' }), 'large')
  expect(large).toMatchObject({ image: 'bell:1', environment: { VALUE: 'ding' } })
})
