import type { warningSentences } from '../../../../../src/domain/sentences/warnings.js'
import type { TextsOf } from '../../sentence-texts.js'
import { placeOf, stateWord } from './words.js'

export const warnings: TextsOf<typeof warningSentences> = {
  accountPaused: ({ account }) =>
    `Das Konto „${account}“ ist angehalten: Es wird nichts gesendet, bis Sie es fortsetzen.`,
  accountNotLinked: ({ account, state }) =>
    `Das Konto „${account}“ kann nicht senden (${stateWord(state)}): Verknüpfen Sie das Telefon.`,
  noGroupsRead: ({ account }) =>
    `Die Gruppen von „${account}“ sind noch nicht alle von WhatsApp gelesen: Es können mehr sein, und die Sendung wartet so lange.`,
  cannotPostTo: ({ name, why }, { say }) => `An „${name}“ kann nichts gesendet werden: ${say(why)}.`,
  phraseCommunity: 'eine Community; schreiben Sie an ihre Ankündigungsgruppe',
  phraseAdminsOnly: 'nur Admins dürfen schreiben',
  phraseSuspended: 'von WhatsApp gesperrt',
  hasMoved: ({ person }) =>
    `„${person}“ hat laut WhatsApp jetzt eine andere Nummer: Die Nachricht geht an die Person, die diese hatte.`,
  keyOfEnded: ({ key, state }) =>
    `Der Name „${key}“ gehört zu einer Erinnerung, die vorbei ist (${stateWord(state)}): Es würde nichts gesendet. Wählen Sie einen anderen Namen.`,
  keyOfOther: ({ key, state }) =>
    `Der Name „${key}“ gehört zu einer Erinnerung, die es schon gibt (${stateWord(state)}): Mit anderem Inhalt würde sie abgelehnt.`,
  isOver: ({ state }) => `Sie ist vorbei (${stateWord(state)}): Es wird nichts gesendet.`,
  isPaused: 'Sie ist angehalten: Es wird nichts gesendet, bis Sie sie fortsetzen.',
  firesAtOnce: ({ ago }, { duration }) => `Sie war vor ${duration(ago)} fällig und wird sofort gesendet.`,
  nobodyOnWhatsApp: 'Niemand würde sie bekommen: Keiner der Empfänger ist bei WhatsApp.',
  nobodyInGroups: ({ account }) =>
    `Niemand würde sie bekommen: Vom Konto „${account}“ ist keine Gruppe bekannt.`,
  windowTooLate: ({ at, opens }, { moment }) =>
    `${moment(at)} liegt außerhalb der erlaubten Stunden. Sie beginnen ${moment(opens)}, wenn die Zustellfrist vorbei ist.`,
  windowOpensLater: ({ at, opens }, { moment }) =>
    `${moment(at)} liegt außerhalb der erlaubten Stunden: Gesendet wird, sobald sie beginnen, ${moment(opens)}.`,
  windowTooShort: ({ sends, limit, open }, { number, duration }) =>
    `Die erlaubten Stunden sind zu kurz: ${number(sends)} Nachrichten gehen bei ${number(limit)} pro Minute nicht alle in ${duration(open)} hinaus. Der Rest wartet, bis sie wieder beginnen.`,
  overDailyCap: ({ account, cap, sends }, { number }) =>
    `Das Konto „${account}“ darf in 24 Stunden ${number(cap)} Nachrichten senden, und dies sind ${number(sends)}: Was darüber ist, wartet, und das Konto so lange auch.`,
  expiresUnsent: ({ count, sends, after }, { number, duration }) =>
    `${number(count)} von ${number(sends)} Nachrichten würden nicht gesendet, weil die Zustellfrist von ${duration(after)} vorher endet. Verlängern Sie sie, oder erlauben Sie mehr Stunden.`,
  collides: ({ other, account, at, more, takes }, { moment, number, duration }) =>
    [
      `Die Erinnerung „${other}“ des Kontos „${account}“ ist ${moment(at)} fällig`,
      more === undefined ? '' : more === 1 ? ' (und noch einmal)' : ` (und noch ${number(more)}-mal)`,
      takes === undefined ? '' : `, und diese dauert etwa ${duration(takes)}`,
      ': Eine von beiden wartet auf die andere.',
    ].join(''),
  collidesMore: ({ count }, { number }) =>
    `Das Konto hat noch mehr Erinnerungen: Nachgesehen wurde bei den ${number(count)}, die als Erste fällig sind.`,
  // Of a file, `index` is the line (`look.ts`).
  sameAsOther: ({ index }) => `Sie ist dieselbe wie die in Zeile ${index}: Beide sind eine Erinnerung.`,
  sameRecipient: ({ field, other }) =>
    `${placeOf(field)} ist derselbe wie ${placeOf(other)} und bekommt die Nachricht einmal.`,
  groupNotKnown: ({ field, account }) =>
    `${placeOf(field)} ist eine Gruppe, in der das Konto „${account}“ zuletzt nicht war.`,
  literalBreak: ({ field }) =>
    `${placeOf(field)}: Da steht ein Backslash und ein n (\\n), und so wird es gesendet. Für eine neue Zeile drücken Sie die Eingabetaste.`,
  stepsTogether: ({ steps, at }, { moment }) =>
    `${placeOf(steps)} fallen auf dieselbe Zeit, ${moment(at)}: Ihre Nachrichten werden nacheinander gesendet.`,
  stepPast: ({ step, at }, { moment }) =>
    `${placeOf(step)} wird nicht gesendet: Seine Zeit, ${moment(at)}, ist vorbei.`,
  stepsPast: ({ steps, at }, { moment }) =>
    `${placeOf(steps)} werden nicht gesendet: Ihre Zeit, ${moment(at)}, ist vorbei.`,
  nothingLeftOutOn: ({ day }) => `Am ${day} gibt es nichts auszulassen.`,
  nothingLeftOutAt: ({ times }) => `Hier gibt es nichts auszulassen: ${times.replaceAll('T', ' ')}.`,
  startNoOccurrence: ({ start }) =>
    `DTSTART, ${start.replace('T', ' ')}, passt nicht zur Regel; zu dieser Zeit wird also nichts gesendet.`,
}
