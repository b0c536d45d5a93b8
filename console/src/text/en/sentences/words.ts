/** `1 digit`, `3 digits` */
export function counted(count: number, noun: string, written = String(count)): string {
  return `${written} ${noun}${count === 1 ? '' : 's'}`
}

/** At the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `to[0]`, `steps[1] and steps[2]`: places of the API, as people count them. */
export function placeOf(field: string): string {
  const names: Record<string, string> = { to: 'recipient', steps: 'step', parts: 'message' }
  return field.replaceAll(
    /\b(to|steps|parts)\[(\d+)\](?:(\.)(?=parts\[)|\.\w+)?/g,
    (_, name: string, index: string, goesOn?: string) =>
      `${names[name]} ${Number(index) + 1}${goesOn === undefined ? '' : ', '}`,
  )
}

/** ` Did you mean “…”?`, where something is near. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean “${meant}”?`
}

const states: Record<string, string> = {
  running: 'sending',
  completed: 'done',
  partial: 'partly sent',
  skipped: 'left out',
  new: 'not linked',
  pairing: 'being linked',
  connected: 'ready',
  replaced: 'open elsewhere',
  'time locked': 'held by WhatsApp',
  limited: 'limited by WhatsApp',
  'temporarily banned': 'banned for a while',
  outdated: 'too old for WhatsApp',
  unreadable: 'keys unreadable',
}

/** The word for a state, of whatever it is. Those that are not here have the word that the API has. */
export function stateWord(state: string): string {
  const word = state.replaceAll('_', ' ')
  return states[word] ?? word
}
