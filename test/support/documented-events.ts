import { readFileSync } from 'node:fs'

/** The fields of each type's `data` in the examples of docs/webhooks.md. Types that are told of together share one. */
export function documentedFields(): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  const catalogue = readFileSync('docs/webhooks.md', 'utf8').split('## The events')[1] ?? ''
  for (const section of catalogue.split('```\n')) {
    const [text = '', example] = section.split('```json\n')
    if (example === undefined) continue
    const names = Object.keys(JSON.parse(example) as object).toSorted()
    for (const [, type = ''] of text.matchAll(/\*\*`([a-z.]+)`\*\*/g)) fields.set(type, names)
  }
  return fields
}
