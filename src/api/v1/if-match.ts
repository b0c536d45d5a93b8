import { HttpError } from './problems.js'

export const ifMatchPattern = '^(?:"[0-9a-f]{64}"|\\*)$'
const form = new RegExp(ifMatchPattern)

/** The digest that `If-Match` has; undefined where any will do. @throws HttpError */
export function digestOf(ifMatch: string | undefined): string | undefined {
  const given = ifMatch?.trim() ?? '*'
  if (form.test(given)) return given === '*' ? undefined : given.slice(1, -1)
  throw new HttpError('malformed', 'If-Match: expected one `ETag` as it was answered, in its quotes, or *.')
}
