import type { Catalogue } from '../en/index.js'

export const settings: Catalogue['settings'] = {
  title: 'Einstellungen',
  lead: 'Wer Sie hier sind, wie dieser Browser etwas zeigt, und wie es dem System geht.',
  look: 'Darstellung',
  lookHelp: 'Wird in diesem Browser gespeichert.',
  language: 'Sprache',
  theme: 'Farben',
  themes: { auto: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  clock: 'Uhrzeit',
  clocks: { auto: 'Wie die Sprache', h23: '24 Stunden', h12: '12 Stunden' },
  zone: 'Zeitzone',
  zoneHelp: 'Die dieses Geräts. Bei Zeiten einer anderen Zone steht sie immer dabei.',
  you: 'Sie',
  operator: 'Betreiber',
  role: 'Rolle',
  token: 'Angemeldet mit',
  onlyAccounts: 'Nur für',
  until: 'Angemeldet bis',
  signOutHere: 'Abmelden',
  browsers: 'Browser, die mit demselben Token angemeldet sind',
  browsersLead: 'Wenn Sie einen davon nicht kennen, melden Sie alle ab und widerrufen Sie das Token.',
  thisBrowser: 'Dieser Browser',
  otherBrowser: 'Ein anderer Browser',
  browserSince: (when) => `angemeldet ${when}`,
  browserSeen: (when) => `gesehen ${when}`,
  browserEnds: (when) => `endet ${when}`,
  signOutEverywhere: 'Alle Browser abmelden',
  signOutEverywhereTitle: 'Alle Browser abmelden?',
  signOutEverywhereHelp:
    'Alle sind sofort draußen, auch dieser. Unbenutzte Anmeldelinks gelten nicht mehr. Programme, die das Token verwenden, sind nicht betroffen.',
  feed: 'Der Kalender anderswo',
  feedLead:
    'Eine Adresse, die Google Kalender, Outlook oder ein Telefon abonniert. Sie zeigt, was ansteht, und keine Texte, Namen oder Nummern.',
  feedMake: 'Adresse erzeugen',
  feedTitle: 'Die Adresse Ihres Kalenders',
  feedHelp:
    'Wer sie hat, sieht den Kalender und sonst nichts. Sie wird dieses eine Mal angezeigt: Kopieren Sie sie jetzt.',
  feedOpen: 'Im Kalender dieses Geräts öffnen',
  feedRevoke: 'Um sie zurückzunehmen, widerrufen Sie das Token mit diesem Namen: ',
  feedOwners: 'Ein Besitzer kann eine solche Adresse erzeugen.',
  feedCount: (count, text) =>
    count === 1 ? '1 Adresse wurde erzeugt und gilt.' : `${text} Adressen wurden erzeugt und gelten.`,
  feedManage: 'Unter Token ansehen',
  feedNotPublic:
    'Sie sehen diese Konsole unter einer Adresse, die nur dieser Computer oder dieses Netz hat. Google und Outlook im Web erreichen sie nicht; ein Kalender auf diesem Computer schon.',
  calendars: {
    google: {
      name: 'Google',
      steps: [
        'Öffnen Sie am Computer calendar.google.com.',
        'Drücken Sie neben „Weitere Kalender“ auf + und wählen Sie „Per URL“.',
        'Fügen Sie die Adresse ein und drücken Sie „Kalender hinzufügen“. Google sieht alle paar Stunden nach.',
      ],
    },
    outlook: {
      name: 'Outlook',
      steps: [
        'Öffnen Sie den Kalender von Outlook im Web oder im neuen Outlook.',
        'Wählen Sie „Kalender hinzufügen“, dann „Aus dem Internet abonnieren“.',
        'Fügen Sie die Adresse ein, geben Sie einen Namen an und drücken Sie „Importieren“.',
      ],
    },
    apple: {
      name: 'Apple',
      steps: [
        'Am Mac: Wählen Sie im Kalender „Ablage“, dann „Neues Kalenderabonnement“.',
        'Am iPhone: Drücken Sie im Kalender „Kalender“, dann „Hinzufügen“ und „Kalenderabo hinzufügen“.',
        'Fügen Sie die Adresse ein und drücken Sie „Abonnieren“.',
      ],
    },
  },
  system: 'Das System',
  systemLead: 'Was Erinnerungen am Laufen hält, gerade eben angesehen.',
  version: 'Version',
  systemOk: 'Alles in Ordnung',
  systemBad: (count, text) =>
    count === 1 ? '1 Sache braucht einen Blick' : `${text} Dinge brauchen einen Blick`,
  lookAgain: 'Noch einmal ansehen',
  lookedAt: (when) => `Angesehen ${when}`,
  details: 'Was angesehen wurde',
  toDo: 'Was zu tun ist',
  checkStates: {
    ok: 'In Ordnung',
    bad: 'Braucht einen Blick',
    unknown: 'Konnte nicht angesehen werden',
    skipped: 'Nicht nötig',
  },
  checks: {
    'Zone data': {
      name: 'Zeitumstellungen',
      meaning: 'Die Regeln der Sommerzeit, nach denen alle Teile rechnen.',
      toDo: 'Nicht alle Teile kennen dieselben Regeln. Lassen Sie sie auf dieselbe Version bringen.',
    },
    Clock: {
      name: 'Uhr',
      meaning: 'Ob die Uhr des Rechners richtig geht.',
      toDo: 'Die Uhr geht falsch. Lassen Sie sie von denen, die Carillon betreiben, über das Netz stellen (NTP).',
    },
    Encryption: {
      name: 'Verschlüsselung',
      meaning: 'Ob Persönliches und Geheimes verschlüsselt gespeichert ist, und mit welchem Schlüssel.',
      toDo: 'Wer Carillon betreibt, muss den Schlüsselbund ansehen; nichts ist verloren, solange die Schlüssel aufbewahrt sind.',
    },
    Worker: {
      name: 'Senden',
      meaning: 'Die Programme, die senden, wenn es Zeit ist.',
      toDo: 'Solange keines davon läuft, wird nichts gesendet. Lassen Sie eines starten; was fällig ist, wird dann nachgeholt.',
    },
    Account: {
      name: 'Konten',
      meaning: 'Die Telefone, von denen Erinnerungen gesendet werden.',
      toDo: 'Öffnen Sie Konten: Dort steht, was nicht stimmt, mit dem Knopf dafür.',
    },
    Groups: {
      name: 'Gruppen',
      meaning: 'Was von den Gruppen bei WhatsApp bekannt ist.',
      toDo: 'Öffnen Sie eine neue Erinnerung, und drücken Sie „Gruppen neu lesen“.',
    },
    Queue: {
      name: 'Wartende Sendungen',
      meaning: 'Sendungen, die warten, bis eine andere desselben Telefons fertig ist.',
      toDo: 'Eine Sendung wartet, und niemand kümmert sich. Lassen Sie die Programme, die senden, neu starten.',
    },
    Bots: {
      name: 'Telegram',
      meaning: 'Was an Ihre Bots geschrieben wird.',
      toDo: 'Öffnen Sie „Nicht bearbeitet“: Dort lässt es sich noch einmal versuchen.',
    },
    Receipts: {
      name: 'Die Aufzeichnung',
      meaning: 'Ob aufgezeichnet wird, was gesendet und getan wurde.',
      toDo: 'Neues erhält gerade keinen Beleg. Lassen Sie es von denen ansehen, die Carillon betreiben.',
    },
    Webhooks: {
      name: 'Webhooks',
      meaning: 'Ob andere Programme erfahren, was geschieht.',
      toDo: 'Öffnen Sie Webhooks: Dort steht, welche Adresse nicht antwortet.',
    },
  },
}
