import type { ClientContext } from '../context.js'
import { createReminder, type CreateOptions, type CreateResult, type UnderWay } from './create.js'
import { keptContent, mergedInput } from '../input/edit.js'
import { InputError } from '../errors.js'
import { findReminder } from './find.js'
import type { ReminderInput } from '../input/schema/reminder.js'
import { say } from '../../domain/sentences/say.js'

/** A new reminder under a new key, with the changes laid over what the other one is (or was). */
export async function cloneReminder(
  context: ClientContext,
  {
    key,
    changes,
    options,
    underWay,
  }: { key: string; changes: ReminderInput & { key: string }; options: CreateOptions; underWay: UnderWay },
): Promise<CreateResult> {
  const { definition } = await findReminder(context, key)
  if (changes.key === key)
    throw new InputError([{ field: 'key', got: `'${key}'`, expected: say('otherKey') }])
  const input = mergedInput(definition, changes)
  return await createReminder(context, { input, options, underWay, kept: keptContent(definition, changes) })
}
