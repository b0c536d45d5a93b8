import { expect, it } from 'vitest'
import { standardVariables, variableNames } from '../../src/config.js'
import { fileVariableOf, secretNames } from '../../src/settings/secret-files.js'
import { projectFile, secrets } from './support/files.js'

const example = projectFile('.env.example')

/** Every `NAME=value` line, also those that are commented out because they are optional. */
const offered = [...example.matchAll(/^(?<comment># )?(?<name>[A-Z0-9_]+)=(?<value>.*)$/gm)].map(
  ({ groups }) => ({
    name: groups?.name ?? '',
    value: groups?.value ?? '',
    isOptional: groups?.comment !== undefined,
  }),
)
const composeNames = new Set(
  [...projectFile('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? ''),
)

/** Of the program: its own, those of Temporal and Postgres, and the files of its secrets. */
const known = [...variableNames, ...standardVariables.map(({ name }) => name)]
const ofFiles = secretNames.filter((name) => known.includes(name)).map((name) => fileVariableOf(name))

it('.env.example names each variable once', () => {
  const names = offered.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})

it('every variable of .env.example is read: by the program, or by docker-compose.yml', () => {
  const all = [...known, ...ofFiles, ...composeNames]
  const unknown = offered.filter(({ name }) => !all.includes(name))
  expect(unknown).toEqual([])
})

it('every variable of the program, and of docker-compose.yml, is in .env.example', () => {
  const names = offered.map(({ name }) => name)
  expect([...known, ...ofFiles].filter((name) => !names.includes(name))).toEqual([])
  expect([...composeNames].filter((name) => !names.includes(name))).toEqual([])
})

it('what must be filled in is empty, and nothing else is in force', () => {
  const inForce = offered.filter(({ isOptional }) => !isOptional)
  expect(inForce.map(({ name }) => name).toSorted()).toEqual(Object.keys(secrets).toSorted())
  for (const { value } of inForce) expect(value).toBe('')
})

it('its defaults are those of docker-compose.yml', () => {
  const defaults = [...projectFile('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)]
  expect(defaults.length).toBeGreaterThan(4)
  for (const [, name, value] of defaults)
    expect([name, offered.find((line) => line.name === name)?.value]).toEqual([name, value])
})
