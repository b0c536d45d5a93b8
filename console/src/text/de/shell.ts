import type { Catalogue } from '../en/index.js'

export const shell: Catalogue['shell'] = {
  skip: 'Zum Inhalt springen',
  menu: 'Menü',
  sections: {
    overview: 'Übersicht',
    reminders: 'Erinnerungen',
    calendar: 'Kalender',
    runs: 'Sendungen',
    accounts: 'Konten',
    activity: 'Verlauf',
    webhooks: 'Webhooks',
    telegram: 'Telegram',
    inbox: 'Nicht bearbeitet',
    tokens: 'Token',
    settings: 'Einstellungen',
  },
  newReminder: 'Neue Erinnerung',
  importExport: 'Import / Export',
  commands: 'Suchen oder springen …',
  commandsShort: 'Befehle',
  noCommand: 'Nichts mit diesem Namen',
  goTo: 'Gehe zu',
  actions: 'Aktionen',
  away: 'Carillon antwortet nicht',
  awayHelp: 'Sobald es antwortet, geht es hier von selbst weiter.',
  live: { live: 'Live', connecting: 'Verbindet neu', offline: 'Offline' },
  liveHelp: {
    live: 'Was Sie sehen, ist der Stand von jetzt.',
    connecting:
      'Carillon antwortet gerade nicht. Was Sie sehen, ist vielleicht einen Moment alt. Was Sie schreiben, bleibt in diesem Browser erhalten.',
    offline:
      'Es besteht keine Verbindung. Was Sie sehen, ist von vorhin. Was Sie schreiben, bleibt in diesem Browser erhalten.',
  },
  signOut: 'Abmelden',
  notSignedOut:
    'Sie sind hier noch angemeldet: Carillon hat nicht geantwortet. Melden Sie sich ab, sobald die Verbindung wieder besteht.',
  signedInAs: (name) => `Angemeldet als ${name}`,
  roles: { owner: 'Besitzer', editor: 'Bearbeiter', viewer: 'Betrachter', calendar: 'Kalender' },
  viewerNote: 'Sie können hier alles ansehen und nichts ändern.',
}

export const signIn: Catalogue['signIn'] = {
  title: 'Anmelden',
  lead: 'Öffnen Sie den Link, der beim Start von Carillon angezeigt wurde. Er gilt einmal, in einem Browser.',
  working: 'Sie werden angemeldet …',
  spent:
    'Dieser Link wurde schon benutzt, ist älter als 15 Minuten oder nicht vollständig. Erzeugen Sie einen neuen und öffnen Sie ihn.',
  makeLink: 'Dort, wo Carillon läuft, erzeugt dieser Befehl einen neuen Link:',
  withToken: 'Mit einem Token anmelden',
  token: 'Token',
  tokenHelp: 'Es beginnt mit carillon_. In diesem Browser wird es nicht gespeichert.',
  submit: 'Anmelden',
  away: 'Carillon antwortet nicht. Versuchen Sie es gleich noch einmal.',
  endedTitle: 'Sie wurden abgemeldet',
  endedLead:
    'Was auf dieser Seite steht, bleibt erhalten. Melden Sie sich wieder an und machen Sie dort weiter, wo Sie waren.',
  endedLink: 'Oder öffnen Sie in einem anderen Tab dieses Browsers einen neuen Link: Diese Seite merkt es.',
}
