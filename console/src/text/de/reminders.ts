import type { Catalogue } from '../en/index.js'

export const reminders: Catalogue['reminders'] = {
  title: 'Erinnerungen',
  lead: 'Was gesendet wird, an wen, und wann als Nächstes.',
  empty: 'Noch keine Erinnerung',
  emptyHelp:
    'Schreiben Sie, was gesagt werden soll, wählen Sie Gruppen und einen Zeitpunkt. Was geschehen wird, sehen Sie vor dem Speichern.',
  nothingFound: 'Nichts passt',
  nothingFoundHelp: 'Nehmen Sie einen Filter weg, oder suchen Sie nach einem anderen Wort.',
  clear: 'Filter zurücksetzen',
  searchPlaceholder: 'Nach Name, Text oder Konto suchen',
  searchedOf: (shown, all) => `${shown} von ${all} geladenen`,
  states: {
    scheduled: 'Geplant',
    running: 'Wird gesendet',
    paused: 'Angehalten',
    completed: 'Erledigt',
    canceled: 'Abgebrochen',
    missed: 'Verpasst',
  },
  filters: { all: 'Alle', active: 'Kommende', paused: 'Angehalten', over: 'Vorbei' },
  columns: { reminder: 'Erinnerung', next: 'Nächste', to: 'An', state: 'Zustand' },
  nothingToCome: 'kommt nicht mehr',
  allGroups: 'Alle Gruppen',
  recipients: (count, text) => (count === 1 ? '1 Empfänger' : `${text} Empfänger`),
  image: 'Bild',
  andMore: (count) => (count === 1 ? '+ 1 Nachricht' : `+ ${count} Nachrichten`),
  snoozed: 'Verschoben',
  loadMore: 'Mehr laden',
}
