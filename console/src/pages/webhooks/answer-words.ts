import type { Catalogue } from '../../text/en/index.js'

/** What the other program answered to an event, or why it did not, in words. Empty before the first try. */
export function answerWords(
  { lastStatus: status, lastError: error }: { lastStatus: number | null; lastError: string | null },
  { answers, errors, noAnswer }: Catalogue['webhooks'],
): string {
  if (error !== null) return errors[error] ?? noAnswer(error)
  if (status === null) return ''
  return answers[answerKind(status)](String(status))
}

function answerKind(status: number): keyof Catalogue['webhooks']['answers'] {
  if (status < 300) return 'taken'
  if (status < 400) return 'moved'
  if (status >= 500) return 'broken'
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'refused'
    case 404:
    case 405:
      return 'notThere'
    case 408:
    case 425:
    case 429:
      return 'busy'
    case 410:
      return 'gone'
    default:
      return 'other'
  }
}

/** The same of how an endpoint keeps it: a status (`503`), or the code of an error. */
export function failureWords(text: string | null, words: Catalogue['webhooks']): string {
  if (text === null) return ''
  const [, status] = /^(\d{3})$/.exec(text) ?? []
  return status === undefined
    ? (words.errors[text] ?? words.noAnswer(text))
    : answerWords({ lastStatus: Number(status), lastError: null }, words)
}
