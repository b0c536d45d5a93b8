import { readSentence, type Said } from './read.js'

/** The fields of answers that have sentences for people. */
const sentenceFields = new Set([
  'detail',
  'disabledReason',
  'expected',
  'got',
  'lastError',
  'lastFailure',
  'pausedReason',
  'reason',
  'stateDetail',
  'waitsFor',
  'warnings',
])
/** And those of the doctor, who has words of its own. */
const doctorFields = new Set(['found', 'remedy'])
/** What is in these is as it was asked for. */
const withoutSentences = new Set(['before', 'definition', 'said', 'update'])

/** An answer with what its sentences say beside them. Those that people typed themselves are not known, and have nothing. */
export function withSaid<Answer extends object>(answer: Answer): Answer {
  return told(answer) as Answer
}

function told(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(told)
  if (!isFields(answer)) return answer
  const fields = Object.entries(answer)
  const said = fields.flatMap(([name, value]) => {
    const isOfDoctor = doctorFields.has(name)
    if (!isOfDoctor && !sentenceFields.has(name)) return []
    return saidOf(value, { isOfDoctor }).map((one) => [name, one] as const)
  })
  return {
    ...Object.fromEntries(
      fields.map(([name, value]) => [name, withoutSentences.has(name) ? value : told(value)]),
    ),
    ...(said.length > 0 && { said: Object.fromEntries(said) }),
  }
}

function saidOf(value: unknown, where: { isOfDoctor: boolean }): (Said | (Said | null)[])[] {
  if (typeof value === 'string') return [readSentence(value, where) ?? []].flat()
  if (!Array.isArray(value) || value.length === 0) return []
  return [value.map((one) => (typeof one === 'string' ? (readSentence(one) ?? null) : null))]
}

/** A `Date` is a value. */
function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
