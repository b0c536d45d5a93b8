import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describedVariables, variableNames } from '../../src/config.js'
import { configurationPage } from '../../src/configuration-page.js'
import { projectRoot } from '../../src/stack/project-root.js'

test('docs/configuration.md is what `npm run configuration` writes', () => {
  expect(readFileSync(join(projectRoot(), 'docs/configuration.md'), 'utf8')).toBe(configurationPage())
})

test('every variable is described, with what counts where it is not set', () => {
  expect(describedVariables().map(({ name }) => name)).toEqual(variableNames)
  for (const { meaning, unset } of describedVariables()) {
    expect(meaning).not.toBe('')
    expect(unset).not.toBe('`undefined`')
  }
})
