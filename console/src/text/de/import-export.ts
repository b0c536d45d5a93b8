import type { Catalogue } from '../en/index.js'

export const importExport: Catalogue['importExport'] = {
  title: 'Import / Export',
  lead: 'Erinnerungen als Datei: zum Aufbewahren, um viele auf einmal zu ändern oder für ein anderes System.',
  importTitle: 'Importieren',
  exportTitle: 'Exportieren',
  pick: 'Datei wählen',
  drop: 'Ziehen Sie eine YAML-Datei hierher, oder wählen Sie eine',
  dropHelp: 'Angelegt wird erst, wenn Sie gesehen haben, was entsteht.',
  paste: 'Oder fügen Sie den Inhalt hier ein',
  pastePlaceholder:
    'reminders:\n  - key: buecherei-3a\n    to: Klasse 3a\n    text: Die Bücher sind am Freitag fällig.\n    at: tomorrow 07:00',
  lookAtIt: 'Prüfen',
  pastedName: 'Eingefügter Text',
  tooLarge: (most) => `Die Datei hat mehr als ${most}. Teilen Sie sie in mehrere Dateien.`,
  notRead: 'Die Datei konnte nicht gelesen werden. Wählen Sie sie noch einmal.',
  reading: 'Die Datei wird gelesen …',
  looking: 'Es wird geprüft, was jede Erinnerung bewirkt …',
  another: 'Andere Datei',
  notKept:
    'Sie ist zu groß, um in diesem Browser aufbewahrt zu werden: Wählen Sie sie nach einem Neuladen noch einmal.',
  nothingInIt: 'In dieser Datei ist keine Erinnerung',
  nothingInItHelp: 'Sie ist leer oder enthält nur Kommentare.',
  allFrom: 'Alle senden von',
  asInFile: 'Konto aus der Datei',
  summary: (count, text) => (count === 1 ? '1 Erinnerung' : `${text} Erinnerungen`),
  kinds: { all: 'Alle', new: 'Neu', same: 'Gleich', differs: 'Anders', over: 'Vorbei', bad: 'Unmöglich' },
  marks: {
    new: 'Neu',
    same: 'Gleich',
    differs: 'Anders',
    over: 'Vorbei',
    bad: 'Unmöglich',
    created: 'Angelegt',
    changed: 'Geändert',
    failed: 'Gescheitert',
  },
  line: (line) => `Zeile ${line}`,
  noKey: 'ohne Namen',
  expectedGot: (expected, got) => `${expected.replace(/\.$/, '')}. Angegeben: ${got}`,
  field: (field) => (field === '' ? 'die Erinnerung' : field),
  next: 'Nächste',
  differsLead: 'Was es gibt, und was in der Datei steht:',
  from: 'jetzt',
  to: 'in der Datei',
  absent: 'nichts',
  overHelp:
    'Eine Erinnerung mit diesem Namen ist vorbei. Es wird nichts noch einmal gesendet: Geben Sie einen anderen Namen (key) an, um neu zu senden.',
  details: 'Was geschehen wird',
  hideDetails: 'Weniger',
  create: (count, text) => (count === 1 ? '1 Erinnerung anlegen' : `${text} Erinnerungen anlegen`),
  creating: (text) => `${text} werden angelegt …`,
  creatingHelp:
    'Sie können die Seite verlassen: Was begonnen wurde, geht weiter. Dieselbe Datei noch einmal ändert nichts.',
  change: (count, text) => (count === 1 ? '1 abweichende ändern' : `${text} abweichende ändern`),
  changeOne: 'So ändern',
  changeTitle: 'Bestehendes ändern?',
  changeBody: (count, text) =>
    count === 1
      ? 'Die bestehende Erinnerung wird so, wie die Datei es sagt. Eine laufende Sendung bleibt, wie sie begann.'
      : `${text} bestehende Erinnerungen werden so, wie die Datei es sagt. Laufende Sendungen bleiben, wie sie begannen.`,
  changing: (done, total) => `${done} von ${total} geändert …`,
  done: 'Fertig',
  doneTitle: 'Alles aus dieser Datei ist da',
  doneHelp: 'Es gibt nichts mehr anzulegen oder zu ändern.',
  onlyGood:
    'Was nicht möglich ist, wird ausgelassen. Berichtigen Sie die Datei und wählen Sie sie noch einmal: Was schon da ist, bleibt.',
  failureTitle: 'Nicht alles wurde erledigt',
  failureHelp:
    'Unten steht, was es jetzt gibt. Drücken Sie noch einmal für den Rest: Nichts entsteht doppelt.',
  viewerNote: 'Sie können ansehen, was eine Datei bewirken würde, und nichts anlegen.',
  refusedTitle: 'Diese Datei kann nicht gelesen werden',
  refusedHelp: 'Nichts daraus wurde angelegt. Berichtigen Sie sie und wählen Sie sie noch einmal.',
  tooHard: 'Das Lesen dauert zu lange. Teilen Sie sie in mehrere Dateien.',
  place: (line, column) => `Zeile ${line}, Spalte ${column}`,
  problems: {
    notText: 'Das ist kein Text. Speichern Sie die Datei als YAML in UTF-8.',
    syntax: 'Das ist kein YAML.',
    noReminders:
      'Hier ist mehr ineinander verschachtelt, als eine Erinnerung hat. Ist es eine Datei mit Erinnerungen?',
    tooLarge: 'Mit allem, wofür ihre Verweise stehen, ist sie zu groß. Teilen Sie sie in mehrere Dateien.',
    notFields: 'Hier werden die Felder einer Erinnerung erwartet, je eine Zeile, etwa „to: Klasse 3b“.',
    notList: 'Nach „reminders:“ wird eine Liste erwartet, deren Einträge mit „-“ beginnen.',
    besideList: 'Neben „reminders:“ darf nichts stehen. Jede Erinnerung hat ihre eigenen Felder.',
  },
  faults: {
    tab: 'Hier ist ein Tabulator. Rücken Sie mit Leerzeichen ein.',
    indent:
      'Die Zeilen beginnen nicht in derselben Spalte. Rücken Sie alle Felder einer Erinnerung gleich ein.',
    twice: 'Das Feld ist zweimal angegeben. Geben Sie es einmal an.',
    unclosed: 'Anführungszeichen oder eine Klammer sind nicht geschlossen.',
    backslash: 'In doppelten Anführungszeichen steht ein Backslash. Nehmen Sie einfache.',
    colon:
      'Ist es ein Text mit einem Doppelpunkt? Setzen Sie ihn in Anführungszeichen. Oder beginnen die Felder nicht in einer Spalte?',
    sign: 'Ein Zeichen wie * & ! @ # hat in YAML eine Bedeutung. Setzen Sie den Text in Anführungszeichen.',
  },
  images: {
    title: (count) => (count === 1 ? 'Es wird ein Bild gezeigt' : `Es werden ${count} Bilder gezeigt`),
    help: 'In einer Datei mit Erinnerungen stehen nur die Namen von Bildern. Fügen Sie die Bilddateien selbst hinzu.',
    add: 'Bilder hinzufügen',
    added: 'Hinzugefügt',
    missing: 'Fehlt',
    addIt: (name) => `Das Bild ${name} ist nicht in der Datei. Fügen Sie es oben hinzu.`,
    fromElsewhere:
      'Dieses Bild ist in dem System, aus dem die Datei exportiert wurde, und nicht in diesem. Setzen Sie in der Datei den Namen einer Bilddatei an seine Stelle.',
  },
  exportHelp:
    'Eine Datei, die genau dieselben Erinnerungen wieder anlegt, hier oder anderswo. Namen von Gruppen stehen neben ihren Kennungen; Bilder sind nicht darin.',
  which: 'Welche',
  account: 'Konto',
  allAccounts: 'Alle Konten',
  download: 'Herunterladen',
  exporting: (text) => `${text} gelesen …`,
  exported: (count, text) =>
    count === 1 ? '1 Erinnerung ist in der Datei.' : `${text} Erinnerungen sind in der Datei.`,
  nothingToExport: 'Davon gibt es keine.',
  exportOne: 'Als Datei exportieren',
}
