import type { ReminderDefinition } from '../domain/definition.js'

const mostShown = 90

/** The first line of what it says, without WhatsApp's marks: what people know it by. Undefined for an image alone. */
export function titleOf({
  parts,
  stepParts = [],
}: Pick<ReminderDefinition, 'parts' | 'stepParts'>): string | undefined {
  const [part] = parts.length > 0 ? parts : stepParts.flat()
  if (part === undefined) return undefined
  const words = part.kind === 'text' ? part.text : part.caption
  const line = (words ?? '')
    .split('\n')
    .map(unmarked)
    .find((one) => one !== '')
  if (line === undefined) return undefined
  return line.length > mostShown ? `${line.slice(0, mostShown).trimEnd()} …` : line
}

function unmarked(line: string): string {
  return line
    .replace(/^(?:[-*>]|\d{1,2}\.) /, '')
    .replaceAll(/(?<![\p{L}\p{N}])([*_~`]{1,3})(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
