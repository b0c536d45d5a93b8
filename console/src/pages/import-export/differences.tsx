import { useQuery } from '@tanstack/react-query'
import type { Difference } from '../../../../src/domain/definition.js'
import type { PreviewedOfMany } from '../../../../src/client/reminders/many/preview.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { useText } from '../../text/text.js'
import { topOf } from '../reminders/difference.js'
import styles from './import-export.module.css'

const mostShown = 8
const mostCharacters = 240

/** What is there and what the file has, field by field. Texts are read of the reminder itself: no error ever has them. */
export function Differences({ preview }: { preview: PreviewedOfMany }) {
  const { editor, importExport } = useText()
  const { key, differences, definition } = preview
  const isPersonal = differences.some(({ existing }) => existing === undefined)
  const { data } = useQuery({
    queryKey: keys.reminder(key),
    queryFn: () => api.reminders.show(key),
    enabled: isPersonal,
  })
  const rows = differences.slice(0, mostShown).map(({ field, existing, requested }: Difference) => ({
    field,
    name: topOf({ field }),
    before: existing ?? shownAt(data?.definition, field),
    after: requested ?? shownAt(definition, field),
  }))
  return (
    <table className={styles.differences}>
      <caption>{importExport.differsLead}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{importExport.from}</th>
          <th scope="col">{importExport.to}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, name, before, after }) => (
          <tr key={field}>
            <th scope="row">{editor.fieldNames[name] ?? name}</th>
            <td dir="auto">{before === 'absent' ? importExport.absent : before}</td>
            <td dir="auto">{after === 'absent' ? importExport.absent : after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The value at a path such as `parts[0].text`, in a line or a few. */
function shownAt(definition: unknown, field: string): string {
  if (definition === undefined) return '…'
  let value: unknown = definition
  for (const [, name = '', index] of field.matchAll(/([^.[\]]+)|\[(\d+)\]/g))
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[index ?? name]
        : undefined
  if (value === undefined) return 'absent'
  const text =
    Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value.join(', ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text
}
