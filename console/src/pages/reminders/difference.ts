import type { Difference } from '../../../../src/domain/definition.js'

/** What of a reminder differs: `parts` of `parts[0].text`. */
export function topOf({ field }: Pick<Difference, 'field'>): string {
  return field.split(/[.[]/)[0] ?? field
}
