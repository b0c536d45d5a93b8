import { CarillonError } from '../../client/errors.js'

/** at`/reminders/${key}/pause`: each value is one part of the path, whatever it has in it. */
export function at(texts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: texts }, ...values.map((value) => partOf(value)))
}

function partOf(value: string): string {
  // A URL would take them for "here" and "above", also percent-encoded.
  if (value === '' || value === '.' || value === '..')
    throw new CarillonError('not_found', `There is nothing of the name '${value}'.`)
  return encodeURIComponent(value)
}
