/** `1 Ziffer`, `3 Ziffern` */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `to[0]`, `steps[1] and steps[2]`: places of the API, as people count them. */
export function placeOf(field: string): string {
  const names: Record<string, string> = { to: 'Empfänger', steps: 'Schritt', parts: 'Nachricht' }
  return field
    .replaceAll(' and ', ' und ')
    .replaceAll(
      /\b(to|steps|parts)\[(\d+)\](?:(\.)(?=parts\[)|\.\w+)?/g,
      (_, name: string, index: string, goesOn?: string) =>
        `${names[name]} ${Number(index) + 1}${goesOn === undefined ? '' : ', '}`,
    )
}

const states: Record<string, string> = {
  scheduled: 'geplant',
  running: 'wird gesendet',
  paused: 'angehalten',
  completed: 'erledigt',
  canceled: 'abgebrochen',
  missed: 'verpasst',
  preparing: 'wird vorbereitet',
  waiting: 'wartet',
  partial: 'teilweise gesendet',
  failed: 'gescheitert',
  skipped: 'ausgelassen',
  deleted: 'gelöscht',
  new: 'nicht verknüpft',
  pairing: 'wird verknüpft',
  connecting: 'verbindet',
  connected: 'bereit',
  reconnecting: 'verbindet neu',
  replaced: 'anderswo geöffnet',
  'logged out': 'abgemeldet',
  'time locked': 'von WhatsApp gesperrt',
  limited: 'von WhatsApp begrenzt',
  'temporarily banned': 'vorübergehend gesperrt',
  banned: 'gesperrt',
  outdated: 'zu alt für WhatsApp',
  unreadable: 'Schlüssel unlesbar',
  unlinked: 'nicht mehr verknüpft',
  removed: 'entfernt',
}

/** The word for a state, of whatever it is. */
export function stateWord(state: string): string {
  return states[state.replaceAll('_', ' ')] ?? state
}
