import { signInLinkName } from '../../../../src/domain/access.js'
import { reminderKeyOf } from '../../../../src/domain/ids.js'
import type { Catalogue } from '../../text/en/index.js'

/** What somebody did something to: how it is called, and its page where it has one. */
export type Subject = { thing: keyof Catalogue['activity']['things']; name: string; to?: string }

export type Names = {
  reminders: ReadonlyMap<string, string>
  tokens: ReadonlyMap<string, string>
  /** The hosts of webhooks. */
  webhooks: ReadonlyMap<string, string>
}

/** The reminders that these subjects are, or are runs of. */
export function remindersIn(subjects: readonly string[]): string[] {
  return subjects.filter((subject) => /^(reminder|run):/.test(subject)).map(reminderKeyOf)
}

/** Of the audit's own way to write it: `reminder:local/class-trip`. */
export function subjectOf(text: string, names: Names): Subject {
  const at = text.indexOf(':')
  const [kind, path] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  switch (kind) {
    case 'reminder':
    case 'run': {
      const key = reminderKeyOf(text)
      const to =
        kind === 'run' ? `/runs/${encodeURIComponent(text)}` : `/reminders/${encodeURIComponent(key)}`
      return { thing: kind, name: names.reminders.get(key) ?? key, to }
    }
    case 'account':
    case 'session':
    case 'lock':
      return { thing: 'account', name: path, to: '/accounts' }
    case 'token':
      return { thing: 'token', name: names.tokens.get(path) ?? '' }
    case 'webhook':
      return { thing: 'webhook', name: names.webhooks.get(path.split('/')[0] ?? '') ?? '' }
    case 'bot':
      return { thing: 'bot', name: path.split('/')[0] ?? '' }
    case 'telegram':
      return { thing: 'update', name: path.split('/')[0] ?? '' }
    case 'operator':
    case 'media':
    case 'key':
    case 'keys':
    case 'job':
      return { thing: kind, name: path }
    default:
      return { thing: 'other', name: text }
  }
}

/** `school/desk` is the token “desk” of the operator, and `school` alone who runs Carillon. */
export function whoOf(
  { by, via }: { by: string | null; via?: string | null },
  words: Catalogue['activity'],
): string {
  if (by === null) return (via ?? 'system') === 'system' ? words.system : words.somebody
  const name = by.slice(by.indexOf('/') + 1)
  return name === signInLinkName ? words.byLink : name
}
