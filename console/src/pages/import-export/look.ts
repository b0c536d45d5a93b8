import { InputError, type InputIssue } from '../../../../src/client/errors.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { PreviewedOfMany } from '../../../../src/client/reminders/many/preview.js'
import { lineOfField } from '../../../../src/client/yaml/line-of-field.js'
import type { Said } from '../../../../src/domain/sentences/read.js'
import type { WrittenReminder } from '../../../../src/client/yaml/read.js'
import { api } from '../../api/client.js'

/** Of one reminder of a file, what a create would do with it. */
export type Found = { index: number; line: number; key: string | undefined; input: ReminderInput } & (
  | { kind: 'bad'; issues: (InputIssue & { line: number })[] }
  | { kind: 'new' | 'same' | 'differs' | 'over'; preview: PreviewedOfMany }
)

const kindOf = { created: 'new', exists: 'same', refused: 'differs', ended: 'over' } as const

/** Nothing is stored by it. @throws CarillonError where the API does not say */
export async function lookAt(
  written: readonly (WrittenReminder & { input: ReminderInput })[],
  { writtenAt }: { writtenAt: Date | undefined },
): Promise<Found[]> {
  const found = new Map<number, Found>()
  // The API looks at a list as a whole: at what is left, once it has told what of it cannot be.
  for (let open = [...written.keys()]; open.length > 0;) {
    const asked = open.flatMap((index) => written[index]?.input ?? [])
    try {
      const { reminders } = await api.reminders.previewMany(asked, { ...(writtenAt && { writtenAt }) })
      for (const preview of reminders) {
        const index = open[preview.index] ?? 0
        const warnings = preview.warnings.map((text) => namingLines(text, open, written))
        const said = preview.said?.warnings?.map((one) => one && sayingLines(one, open, written))
        found.set(index, {
          ...common(written, index),
          key: preview.key,
          kind: kindOf[preview.kind],
          preview: { ...preview, warnings, ...(said && { said: { warnings: said } }) },
        })
      }
      break
    } catch (error) {
      const bad = error instanceof InputError ? issuesByPlace(error.issues) : new Map<number, InputIssue[]>()
      if (bad.size === 0) throw error
      for (const [place, issues] of bad) {
        const index = open[place] ?? 0
        const one = written[index]
        if (one === undefined) throw error
        found.set(index, {
          ...common(written, index),
          kind: 'bad',
          issues: issues.map((issue) => ({
            ...issue,
            expected: namingLines(issue.expected, open, written),
            ...(issue.said?.expected && {
              said: { ...issue.said, expected: sayingLines(issue.said.expected, open, written) },
            }),
            line: lineOfField(one, issue.field),
          })),
        })
      }
      open = open.filter((_index, place) => !bad.has(place))
    }
  }
  return [...found.values()].toSorted((a, b) => a.index - b.index)
}

function common(written: readonly (WrittenReminder & { input: ReminderInput })[], index: number) {
  const one = written[index]
  const key = one?.input !== null && typeof one?.input === 'object' ? one.input.key : undefined
  return {
    index,
    line: one?.line ?? 1,
    key: typeof key === 'string' ? key : undefined,
    input: one?.input ?? {},
  }
}

const place = /^reminders\[(\d+)\]\.?/

/** With the field alone. Empty where one of them is about no reminder. */
function issuesByPlace(issues: readonly InputIssue[]): Map<number, InputIssue[]> {
  const all = new Map<number, InputIssue[]>()
  for (const issue of issues) {
    const match = place.exec(issue.field)
    if (match === null) return new Map()
    const index = Number(match[1])
    const field = issue.field.slice(match[0].length)
    all.set(index, [...(all.get(index) ?? []), { ...issue, field }])
  }
  return all
}

/** The same of what a sentence says: the index of another reminder is that of what was asked, which is not all of the file. */
function sayingLines(
  { code, values }: Said,
  open: readonly number[],
  written: readonly WrittenReminder[],
): Said {
  const { index } = values
  const line = typeof index === 'number' ? written[open[index] ?? -1]?.line : undefined
  return { code, values: { ...values, ...(line !== undefined && { index: line }) } }
}

/** People look for lines, and do not count reminders. */
function namingLines(text: string, open: readonly number[], written: readonly WrittenReminder[]): string {
  return text.replaceAll(/reminders\[(\d+)\]/g, (all, index: string) => {
    const line = written[open[Number(index)] ?? -1]?.line
    return line === undefined ? all : `line ${line}`
  })
}
