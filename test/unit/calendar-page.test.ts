import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { definitionDefaults, overlapPolicies } from '../../src/domain/definition.js'
import { projectRoot } from '../../src/stack/project-root.js'

it('the page about calendars has a row for each overlap policy, and names the default', () => {
  const page = readFileSync(join(projectRoot(), 'docs/calendar.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)`( \(default\))? +\|/gm)]
  const named = rows.map(([, policy]) => policy ?? '')
  expect(named.filter((name) => overlapPolicies.some((policy) => policy === name)).toSorted()).toEqual(
    overlapPolicies.toSorted(),
  )
  expect(rows.flatMap(([, policy, isDefault]) => (isDefault === undefined ? [] : [policy]))).toContain(
    definitionDefaults.overlap,
  )
})
