import { z } from 'zod'
import { InputError } from '../client/errors.js'
import { describeValue } from '../client/input/issues.js'
import type { Preview } from '../client/preview/reminder.js'

const expected = 'expected what a preview of just these fields names'

export const contentKeyField = z
  .string({ error: `${expected}: preview them first, and show the person what it says` })
  .meta({ description: 'The `contentKey` that the preview of just these fields named.' })

/**
 * Nothing is made that was not previewed as it is: the hash of the content, with the recipients and times that the words
 * stood for, is that of the preview. What it would be now is not told, since it could be given without another look.
 *
 * @throws InputError
 */
export function requirePreviewed(given: string, { contentKey }: Preview): void {
  if (given === contentKey) return
  throw new InputError([
    {
      field: 'contentKey',
      got: describeValue(given),
      expected: `${expected}, and they mean something else now. Preview them again and show the person what it says; write a time that counts from now as the instant that the preview has`,
    },
  ])
}
