import { HttpError } from './problems.js'

/** The digest that `If-Match` has; undefined where any will do. @throws HttpError */
export function digestOf(ifMatch: string | undefined): string | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const digest = /^\s*"([0-9a-f]{64})"\s*$/.exec(ifMatch)?.[1]
  if (digest !== undefined) return digest
  throw new HttpError('malformed', 'If-Match: expected one `ETag` as it was answered, in its quotes, or *.')
}
