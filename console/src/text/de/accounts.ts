import type { Catalogue } from '../en/index.js'

export const accounts: Catalogue['accounts'] = {
  title: 'Konten',
  lead: 'Die WhatsApp-Nummern, von denen Carillon sendet.',
  add: 'Konto hinzufügen',
  empty: 'Noch kein Konto',
  emptyHelp: 'Verknüpfen Sie das Telefon, dessen WhatsApp Ihre Erinnerungen sendet. Das dauert eine Minute.',
  id: 'Name',
  idHelp: 'Ihr eigenes Wort dafür, etwa „buero“. Kleine Buchstaben, Ziffern und -, und keine Telefonnummer.',
  idUsual: 'buero',
  idTaken: 'Ein Konto mit diesem Namen gibt es schon.',
  states: {
    new: ['Nicht verknüpft', 'Verknüpfen Sie zuerst ein Telefon.'],
    pairing: ['Wird verknüpft', 'Scannen Sie den Code mit dem Telefon.'],
    connecting: ['Verbindet', 'Die Verbindung entsteht von selbst.'],
    connected: ['Bereit', 'Alles in Ordnung.'],
    reconnecting: ['Verbindet neu', 'Die Verbindung kommt von selbst wieder. Was fällig ist, wartet.'],
    replaced: [
      'Anderswo geöffnet',
      'Ein anderes Programm benutzt diese Verknüpfung. Schließen Sie es dort, oder verknüpfen Sie das Telefon neu.',
    ],
    logged_out: ['Abgemeldet', 'Das Telefon hat dieses Gerät entfernt. Verknüpfen Sie es neu.'],
    time_locked: [
      'Von WhatsApp gesperrt',
      'WhatsApp lässt diese Nummer eine Weile nichts senden. Danach geht es von selbst weiter.',
    ],
    limited: [
      'Von WhatsApp begrenzt',
      'WhatsApp lässt diese Nummer eine Weile nichts senden. Danach geht es von selbst weiter.',
    ],
    temporarily_banned: [
      'Vorübergehend gesperrt',
      'WhatsApp hat diese Nummer eine Weile gesperrt. Sehen Sie auf das Telefon.',
    ],
    banned: ['Gesperrt', 'WhatsApp hat diese Nummer gesperrt. Auf dem Telefon steht, was Sie tun können.'],
    outdated: ['Zu alt für WhatsApp', 'WhatsApp verlangt ein neueres Carillon. Aktualisieren Sie es.'],
    unreadable: [
      'Schlüssel unlesbar',
      'Die gespeicherten Schlüssel sind nicht lesbar. Verknüpfen Sie das Telefon neu.',
    ],
    unlinked: [
      'Nicht mehr verknüpft',
      'Das Gerät wurde entfernt. Zum Senden verknüpfen Sie das Telefon neu.',
    ],
    removed: ['Entfernt', 'Das Konto gibt es nicht mehr.'],
  },
  paused: 'Angehalten',
  pausedHelp: 'Von diesem Konto geht nichts hinaus, bis Sie es fortsetzen.',
  leavingUnlink: 'Wird getrennt',
  leavingRemove: 'Wird entfernt',
  leavingHelp: 'Das geschieht von selbst, solange ein Worker läuft.',
  peopleHeld: 'Nur Gruppen',
  peopleHeldHelp: (until) => `Bis ${until} nimmt WhatsApp keine Nachrichten an einzelne Personen an.`,
  until: (time) => `bis ${time}`,
  link: 'Telefon verknüpfen',
  linkAgain: 'Neu verknüpfen',
  pauseAll: 'Alles Senden anhalten',
  resume: 'Senden fortsetzen',
  unlink: 'Telefon trennen',
  remove: 'Konto entfernen',
  limits: 'Grenzen',
  sentToday: (count) => `${count} in 24 Stunden gesendet`,
  ofCap: (cap) => `von ${cap}`,
  perMinute: (count) => `${count} pro Minute`,
  groups: (count, text) => (count === 1 ? '1 Gruppe' : `${text} Gruppen`),
  warmUp: 'Wird aufgewärmt',
  columns: { account: 'Konto', state: 'Zustand', sent: 'Gesendet, 24 h', pace: 'Tempo', groups: 'Gruppen' },
}

export const linking: Catalogue['linking'] = {
  title: (id) => `„${id}“ verknüpfen`,
  byQr: 'Code scannen',
  byCode: 'Code eintippen',
  steps: [
    'Öffnen Sie WhatsApp auf dem Telefon.',
    'Tippen Sie auf Einstellungen, dann auf Verknüpfte Geräte, dann auf Gerät hinzufügen.',
    'Richten Sie das Telefon auf diesen Code.',
  ],
  codeSteps: [
    'Öffnen Sie WhatsApp auf dem Telefon.',
    'Tippen Sie auf Einstellungen, dann auf Verknüpfte Geräte, dann auf Gerät hinzufügen.',
    'Tippen Sie auf „Stattdessen mit Telefonnummer verknüpfen“ und geben Sie diesen Code ein.',
  ],
  phone: 'Telefonnummer',
  phoneHelp: 'Mit der Vorwahl des Landes, etwa +254 711 000 111.',
  getCode: 'Code anfordern',
  waiting: 'WhatsApp wird nach einem Code gefragt …',
  waitingLong: 'Noch hat kein Worker den Auftrag angenommen. Es beginnt, sobald einer läuft.',
  renews: 'Der Code erneuert sich etwa alle 20 Sekunden.',
  qrAlt: 'QR-Code zum Scannen mit dem Telefon',
  linked: 'Das Telefon ist verknüpft.',
  failed: 'Es wurde nicht verknüpft.',
  expired: 'Niemand hat den Code rechtzeitig gescannt.',
  again: 'Neuen Code anzeigen',
  another: 'WhatsApp wird noch einmal gefragt …',
}

export const limits: Catalogue['limits'] = {
  title: (id) => `Grenzen von „${id}“`,
  lead: 'Sie gelten ab der nächsten Nachricht.',
  perMinute: 'Nachrichten in jeder Minute',
  perMinuteHelp: 'WhatsApp bemerkt Nummern, die schnell senden. 40 hält Carillon von selbst ein.',
  daily: 'Nachrichten in 24 Stunden',
  dailyHelp: 'Leer heißt: keine Grenze.',
  warmUp: 'Neue Nummer aufwärmen',
  warmUpHelp: 'Eine Nummer, die noch wenig gesendet hat, sendet anfangs wenig und jeden Tag mehr.',
  saved: 'Die Grenzen sind gesetzt.',
}

export const leaving: Catalogue['leaving'] = {
  unlinkTitle: (id) => `Telefon von „${id}“ trennen?`,
  unlinkText:
    'Das Gerät wird bei WhatsApp entfernt. Gruppen und Erinnerungen bleiben und laufen weiter, wenn wieder ein Telefon verknüpft ist.',
  removeTitle: (id) => `„${id}“ entfernen?`,
  removeText: 'Das Gerät wird bei WhatsApp entfernt, und das Konto ist mit seinen Gruppen weg.',
  removeReminders: (count, text) =>
    count === 1
      ? '1 Erinnerung bleibt und wird angehalten.'
      : `${text} Erinnerungen bleiben und werden angehalten.`,
  removeRuns: (count, text) =>
    count === 1 ? '1 laufende Sendung wird abgebrochen.' : `${text} laufende Sendungen werden abgebrochen.`,
  typeId: (id) => `Geben Sie ${id} ein, um es zu entfernen`,
  pauseTitle: (id) => `Alles Senden von „${id}“ anhalten?`,
  pauseText:
    'Das gilt ab der nächsten Nachricht. Was inzwischen fällig wird, wartet, solange seine Zustellfrist reicht.',
}
