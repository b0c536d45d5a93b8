import type { inputSentences } from '../../../../../src/domain/sentences/input.js'
import type { TextsOf } from '../../sentence-texts.js'
import { counted, placeOf } from './words.js'

export const input: TextsOf<typeof inputSentences> = {
  textQuoted: 'Hier muss ein Text stehen (in Anführungszeichen, wenn er nur aus Ziffern besteht).',
  textExpected: 'Hier muss ein Text stehen.',
  someText: 'Hier fehlt der Text.',
  mostCharacters: ({ max }, { number }) => `Höchstens ${number(max)} Zeichen sind möglich.`,
  storableText:
    'Der Text enthält ein Zeichen, das nicht gespeichert werden kann (U+0000 oder ein halbes Zeichenpaar).',
  wholeNumber: ({ min, max }, { number }) =>
    `Hier muss eine ganze Zahl von ${number(min)} bis ${number(max)} stehen.`,
  trueOrFalse: 'Hier muss true oder false stehen.',
  eitherWord: ({ one, other }) => `Hier muss „${one}“ oder „${other}“ stehen.`,
  oneOf: ({ list, meant }) =>
    `Möglich ist eines von: ${list}.${meant === undefined ? '' : ` Meinten Sie „${meant}“?`}`,
  someOf: ({ list, meant }) =>
    `Möglich sind: ${list}.${meant === undefined ? '' : ` Meinten Sie „${meant}“?`}`,
  unknownField: ({ meant }) =>
    meant === undefined ? 'Dieses Feld gibt es nicht.' : `Dieses Feld gibt es nicht. Meinten Sie „${meant}“?`,
  fieldsExpected: 'Es braucht Felder wie to, text und at.',
  oneFieldToChange: 'Ändern Sie mindestens ein Feld, etwa den Text oder die Zeit.',
  durationExpected: ({ example }) =>
    `Hier muss eine Dauer stehen, etwa ${example} (s, m, h, d, w), höchstens ein Jahr.`,
  durationShort: 'Hier muss eine Dauer stehen, etwa 30m oder 1h30m.',
  secondAtLeast: 'Es muss mindestens eine Sekunde sein.',
  listExpected: ({ of }, { say }) => `Hier muss eine Liste stehen: ${say(of)}.`,
  listNotRead: 'Das und alles danach wurde nicht gelesen, weil sich davor so vieles nicht verwenden lässt.',
  atLeastOne: ({ one }, { say }) => `Es fehlt mindestens ${say(one)}.`,
  atMostOf: ({ max, of }, { number, say }) => `Höchstens ${number(max)} ${say(of)} sind möglich.`,
  phraseRecipients: 'Empfänger',
  phraseRecipient: 'ein Empfänger',
  phraseTimes: 'Zeiten oder Tage',
  phraseTime: 'eine Zeit oder ein Tag',
  phraseSteps: 'Schritte',
  phraseStep: 'ein Schritt',
  phraseParts: 'Nachrichten',
  phrasePart: 'eine Nachricht',
  phraseReminders: 'Erinnerungen',
  phraseTypes: 'Arten von Ereignissen',
  phraseAccounts: 'Namen von Konten',
  phraseKeys: 'Namen',
  keyForm:
    'Möglich sind 1 bis 160 Buchstaben, Ziffern und . _ ~ : + = / -, am Anfang ein Buchstabe oder eine Ziffer.',
  keyStays: ({ key }) =>
    `Der Name „${key}“ bleibt für immer. Eine Erinnerung mit einem anderen legen Sie mit „Eine weitere wie diese“ an.`,
  newKey: 'Geben Sie der neuen Erinnerung einen Namen.',
  // Of a file, `index` is the line (`look.ts`).
  ownKey: ({ index }) =>
    `Diesen Namen hat schon die Erinnerung in Zeile ${index}, mit anderem Inhalt. Wählen Sie einen anderen.`,
  keyOfHeader: 'Der Name muss derselbe sein wie im Header Idempotency-Key, oder fehlen.',
  statesWithNext:
    'Sortiert nach dem nächsten Termin gibt es nur Erinnerungen, die noch kommen: ohne Zustand und ohne gelöschte.',
  nextWithTimes: 'Das geht nur, wenn nach dem nächsten Termin sortiert wird.',
  countWithSearch:
    'Wo gesucht oder nach der Art gefiltert wird, gibt es keine Anzahl: Gefundenes kommt Seite für Seite.',
  skipWithSearch: 'Wo gesucht wird, geht die Liste Seite für Seite weiter.',
  keysAlone: 'Dazu passt nur ein Konto: Die Erinnerungen mit diesen Namen stehen alle auf einer Seite.',
  otherKey: 'Wählen Sie einen anderen Namen als den des Originals.',
  accountExpected: 'Hier muss der Name eines Kontos stehen.',
  accountIdForm: 'Hier muss der Name eines Kontos stehen (a–z, 0–9 und -).',
  accountMissing: ({ ids }) => `Wählen Sie, welches Konto sie sendet: ${ids}.`,
  accountOfYours: ({ ids }) => `Wählen Sie eines Ihrer Konten: ${ids}.`,
  noAccountYet: 'Es gibt noch kein Konto. Verknüpfen Sie zuerst ein Telefon.',
  accountOwnName: 'Geben Sie dem Konto einen eigenen Namen.',
  idForm: 'Möglich sind a–z, 0–9 und -, höchstens 40 Zeichen, am Anfang ein Buchstabe oder eine Ziffer.',
  idWithoutSeparator: ({ separator }) => `Der Name darf kein „${separator}“ enthalten.`,
  idBegins: ({ begin, example }) => `Der Name muss mit „${begin}“ beginnen, etwa ${example}.`,
  recipientQuoted:
    'Hier muss der Name einer Gruppe stehen, oder „+“ und eine Telefonnummer (in Anführungszeichen).',
  recipientExpected: 'Hier muss der Name einer Gruppe stehen, oder „+“ und eine Telefonnummer.',
  recipientsMissing: 'Wählen Sie, wer sie bekommt: Gruppen, Telefonnummern oder alle Gruppen.',
  allGroupsAlone: '„Alle Gruppen“ muss allein stehen. Sonst geben Sie eine Liste ohne das an.',
  linkedGroup: 'Geben Sie den Namen der Gruppe an, zu der der Link führt.',
  groupOrPerson: 'Hier muss eine Gruppe oder eine Person stehen: An anderes wird nicht geschrieben.',
  numberForm:
    'Schreiben Sie „+“, die Vorwahl des Landes und die Nummer: 7 bis 15 Ziffern, am Anfang keine 0.',
  plusBeforeNumber: 'Schreiben Sie „+“ vor eine Telefonnummer, oder den Namen einer Gruppe.',
  groupsNotAllRead: ({ account }) =>
    `Die Gruppen von „${account}“ sind noch nicht alle von WhatsApp gelesen; die gesuchte kann darunter sein. Lesen Sie die Gruppen neu, und versuchen Sie es dann wieder.`,
  groupOfAccount: ({ count, account }, { number }) =>
    `Keine Gruppe von „${account}“ heißt so (es gibt ${number(count)}). Wählen Sie eine aus der Liste.`,
  groupsOfOneName: ({ count }, { number }) =>
    `${number(count)} Gruppen heißen so. Wählen Sie die gemeinte aus der Liste.`,
  ownNumber: 'Hier muss die Nummer des Kontos stehen: 7 bis 15 Ziffern, zuerst die Vorwahl des Landes.',
  partForm: 'Eine Nachricht hat einen Text, oder ein Bild mit oder ohne Bildunterschrift.',
  partsForm: 'Hier muss eine Liste von Nachrichten stehen, jede mit Text oder Bild.',
  captionBeside: 'Eine Bildunterschrift braucht ein Bild.',
  imageBesideCaption: 'Zu dieser Bildunterschrift fehlt das Bild.',
  partsAlone: ({ fields }) =>
    `Möglich ist entweder „parts“ oder „${fields.replaceAll('`, `', '“ und „')}“, nicht beides.`,
  contentMissing: 'Schreiben Sie, was sie sagt: einen Text oder ein Bild.',
  stepContentMissing: ({ steps }) =>
    `Diesen Schritten fehlt eine Nachricht: ${steps.split(', ').map(placeOf).join(', ')}.`,
  stepForm: 'Hier muss ein Schritt wie „-3d 09:00“ stehen, oder Felder: offset, at und ein Text oder Bild.',
  overfullSteps: ({ max, steps, at, parts }, { number, moment }) =>
    `Zu einer Zeit sind höchstens ${number(max)} Nachrichten möglich, aber ${placeOf(steps)} fallen auf ${moment(at)} und haben zusammen ${number(parts)}: Verschieben Sie einen Schritt, oder kürzen Sie.`,
  mostPartsOfOne: ({ max }, { number }) => `Höchstens ${number(max)} Nachrichten auf einmal sind möglich.`,
  anchorMissing: 'Es fehlt, wovon die Schritte gezählt werden, etwa „2026-12-18 09:00“.',
  stepsMissing: 'Es fehlen die Schritte, etwa -3d, -1d, „-1d 18:00“, at.',
  windowForm: 'Hier müssen Stunden stehen, etwa 08:00-20:00, oder mit Tagen: 08:00-20:00 mo-fr.',
  windowFields: ({ fields }) => `Möglich sind nur from, to und days, nicht ${fields}.`,
  windowDays: ({ list }) => `Hier müssen Tage stehen, etwa mo-fr, oder eine Liste aus ${list}.`,
  timeOfDay: ({ example, last }) =>
    `Hier muss eine Uhrzeit stehen, etwa ${example}${last === undefined ? '' : `, von 00:00 bis ${last}`}.`,
  timeOfDayQuoted: 'Hier muss eine Uhrzeit stehen, etwa „09:00“ (in Anführungszeichen).',
  windowEmpty:
    'Anfang und Ende der Stunden müssen verschieden sein. Schalten Sie die Stunden aus, um zu jeder Zeit zu senden.',
  tokenLife: 'Möglich ist eine Dauer von einer Sekunde bis 100 Jahren.',
  tokenAccounts: ({ max }, { number }) => `Wählen Sie 1 bis ${number(max)} Konten, oder keines für alle.`,
  accountsThere: ({ meant }) =>
    `Dieses Konto gibt es nicht.${meant === undefined ? '' : ` Meinten Sie „${meant}“?`}`,
  httpsUrl: 'Hier muss eine Adresse mit https:// stehen.',
  proxyUrl: 'Hier muss die Adresse eines Proxys stehen.',
  proxyForm: ({ rest }, { say }) =>
    `Hier muss http://, https:// oder socks5:// mit Rechner und Port stehen, etwa http://user:password@proxy:3128${rest === undefined ? '' : ` (${say(rest)})`}.`,
  phraseNothingBehind: 'nichts hinter dem Port',
  proxyPercent: 'Schreiben Sie % in Name oder Passwort als %25.',
  pageNext: 'Diese Seite der Liste gibt es nicht mehr. Laden Sie die Liste neu.',
  gotNothing: 'nichts',
  gotEmptyText: 'ein leerer Text',
  gotText: ({ count }, { number }) => `ein Text von ${number(count)} Zeichen`,
  gotEmptyList: 'eine leere Liste',
  gotList: ({ count }, { number }) => `eine Liste von ${number(count)}`,
  gotFields: 'eine Gruppe von Feldern',
  gotName: ({ count }, { number }) => `ein Name von ${number(count)} Zeichen`,
  gotChannel: 'ein Kanal',
  gotStatus: 'der Status',
  gotBroadcast: 'eine Broadcast-Liste',
  gotInvitation: 'ein Einladungslink',
  gotNumber: ({ count }) => `„+“ und ${counted(count, 'Ziffer', 'Ziffern')}`,
  gotDigits: ({ count }) => `${counted(count, 'Ziffer', 'Ziffern')} ohne „+“`,
}
