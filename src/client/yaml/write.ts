import { Document, isMap, isScalar, isSeq, visit, type Node, type YAMLMap } from 'yaml'
import type { ReminderDefinition } from '../../domain/definition.js'
import { briefInputOfDefinition } from '../input/of-definition.js'
import { atInZone } from './at-in-zone.js'

export type ReminderToWrite = {
  key: string
  definition: ReminderDefinition
}

/**
 * A file that makes the very same reminders where it is read, in this system or in another. What names groups for people is in
 * comments beside their ids.
 *
 * @param names the names of groups by their JIDs
 */
export function writeReminders(
  reminders: readonly ReminderToWrite[],
  { names }: { names: ReadonlyMap<string, string> },
): string {
  const document = new Document({ reminders: reminders.map((one) => fieldsToWrite(one)) })
  document.commentBefore = headOf(reminders)
  const list = (document.contents as unknown as YAMLMap).get('reminders')
  if (isSeq(list))
    for (const [index, item] of list.items.entries()) {
      if (index > 0) (item as Node).spaceBefore = true
      if (isMap(item)) nameGroups(item, names)
    }
  visit(document, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && isWorn(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  // A text is not broken where it is long: a line of it is a line.
  return document.toString({ lineWidth: 0 })
}

/** A text that is written as lines does not come back as it is where it begins with a space, or has lines of spaces alone. */
function isWorn(text: string): boolean {
  return text.includes('\n') && (/^\s/u.test(text) || /^[^\S\n]+$/mu.test(text))
}

function headOf(reminders: readonly ReminderToWrite[]): string {
  const images = reminders.some(({ definition: { parts, stepParts = [] } }) =>
    [...parts, ...stepParts.flat()].some(({ kind }) => kind !== 'text'),
  )
  return [
    ` ${reminders.length} reminder${reminders.length === 1 ? '' : 's'} of Carillon: \`carillon reminder create -f\`, or the console’s import, makes the same ones.`,
    ...(images
      ? [
          ' Images are named by what they are known by in the system that this is from: in another one, put files in their place.',
        ]
      : []),
  ].join('\n')
}

/** The fields of one, as a file has them. */
export function fieldsToWrite({ key, definition }: ReminderToWrite): object {
  const { schedule } = definition
  const fields = briefInputOfDefinition(definition)
  return { key, ...fields, ...(schedule.kind === 'once' && { at: atInZone(schedule.at, schedule.zone) }) }
}

function nameGroups(reminder: YAMLMap, names: ReadonlyMap<string, string>): void {
  const to: unknown = reminder.get('to')
  if (!isSeq(to)) return
  for (const recipient of to.items) {
    const name = isScalar(recipient) ? names.get(String(recipient.value)) : undefined
    // One line, whatever the name is.
    if (name !== undefined && isScalar(recipient)) recipient.comment = ` ${name.replaceAll(/\s+/gu, ' ')}`
  }
}
