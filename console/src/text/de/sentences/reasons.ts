import type { reasonSentences } from '../../../../../src/domain/sentences/reasons.js'
import type { TextsOf } from '../../sentence-texts.js'
import { stateWord } from './words.js'

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`)

export const reasons: TextsOf<typeof reasonSentences> = {
  pausedBy: ({ who, reason }, { say }) => `${say(who)} angehalten${because(reason)}`,
  canceledBy: ({ who, reason }, { say }) => `${say(who)} abgebrochen${because(reason)}`,
  accountPausedBy: ({ who, reason }, { say }) => `Konto ${say(who)} angehalten${because(reason)}`,
  accountRemovedBy: ({ who, reason }, { say }) => `Konto ${say(who)} entfernt${because(reason)}`,
  unlinkedBy: ({ who, reason }, { say }) => `Telefon ${say(who)} getrennt${because(reason)}`,
  skippedByOperator: ({ reason }) => `von Hand ausgelassen${because(reason)}`,
  phraseOperator: 'von Hand',
  phraseCalendar: 'für den nächsten Termin',
  accountWasRemoved: ({ account }) => `das Konto „${account}“ wurde entfernt`,
  accountGone: ({ account }) => `angehalten, weil das Konto „${account}“ entfernt wurde`,
  pausedUntil: ({ until }, { instant }) => `sie war bis ${instant(until)} angehalten`,
  tooManyRequests: ({ count }, { number }) =>
    `${number(count)} Aufträge kamen schneller, als sie ausgeführt werden konnten: Von jeder Art gilt der letzte`,
  scheduleEdited: 'der Zeitplan wurde geändert',
  missedTime: ({ at, late, catchUp }, { instant, duration }) =>
    `fällig ${instant(at)}, vor ${duration(late)}: später, als nachgeholt werden darf (${duration(catchUp)})`,
  earlierUnderWay: 'die vorige Sendung war noch im Gang',
  laterWaits: 'ein späterer Termin wartet an ihrer Stelle auf die Sendung im Gang',
  laterDue: 'ein späterer Termin war ebenfalls fällig',
  notSentBefore: ({ deadline }, { instant }) => `nicht gesendet bis ${instant(deadline)}`,
  noRecipients: 'keine Empfänger: Das Konto ist in keiner Gruppe',
  groupsNotReadBefore: ({ deadline }, { instant }) =>
    `die Gruppen des Kontos wurden bis ${instant(deadline)} nicht gelesen`,
  runTerminated: 'die Sendung wurde gewaltsam beendet',
  deliveryTerminated: 'die Zustellung wurde gewaltsam beendet',
  deliveryFailed: 'die Zustellung ist endgültig gescheitert',
  deliverTimePassed: 'die Zustellfrist war vorbei',
  uncertain: 'es ist nicht bekannt, ob WhatsApp sie hat, und sie soll dann nicht noch einmal gesendet werden',
  refusedAfterUncertain: ({ advice }, { say }) =>
    `ein früherer Versuch hat WhatsApp vielleicht erreicht, und dieser wurde abgelehnt: ${say(advice)}`,
  waitsForLock: 'eine andere Sendung dieses Kontos',
  groupsNotRead: 'die Gruppen des Kontos, die von WhatsApp gelesen werden',
  windowGoesOn: ({ at }) => `die erlaubten Stunden; es geht weiter: ${at}`,
  windowTooLateNow: ({ at, deadline }, { instant }) =>
    `die erlaubten Stunden; sie beginnen ${at}, und was nicht gesendet ist, entfällt vorher, ${instant(deadline)}`,
  noMessagesToPeople: ({ until }, { instant }) =>
    `WhatsApp, das bis ${instant(until)} keine Nachrichten dieses Kontos an Personen annimmt`,
  waitsPaused: 'angehalten',
  waitsForWindow: 'die erlaubten Stunden',
  waitsForPausedAccount: ({ account, reason }, { say }) => `das Konto „${account}“: ${say(reason)}`,
  waitsForAccount: ({ account, state, until, detail }, { instant, say }) =>
    [
      `das Konto „${account}“ (${stateWord(state)}`,
      until === undefined ? '' : ` bis ${instant(until)}`,
      ')',
      detail === undefined ? '' : `: ${say(detail)}`,
    ].join(''),
  preparingRun: 'die Vorbereitung der Empfänger und Bilder',
  itsTurn: ({ account }) => `eine andere Sendung des Kontos „${account}“`,
  capReached: ({ cap, at }, { number, instant }) =>
    `die Grenze des Kontos von ${number(cap)} in 24 Stunden; die nächste darf ${instant(at)} hinaus`,
  reminderLimit: ({ limit }, { number }) => `das Tempo dieser Erinnerung, ${number(limit)} pro Minute`,
  accountLimit: ({ limit }, { number }) => `das Tempo des Kontos, ${number(limit)} pro Minute`,
  answeredGone: 'die Gegenseite hat 410 Gone geantwortet',
  sessionMoves: 'Die Verbindung zieht um.',
  unlinkedAdvice: ({ because: reason }, { say }) =>
    `${say(reason).replace(/\.$/, '')}. Die Sendungen warten, bis wieder ein Telefon verknüpft ist.`,
  unlinkedHere:
    'WhatsApp wurde nicht unterrichtet, und das Telefon zeigt das Gerät vielleicht noch: Entfernen Sie es dort (Einstellungen › Verknüpfte Geräte). Die Schlüssel sind hier gelöscht, und die Sendungen warten, bis wieder ein Telefon verknüpft ist.',
  stillLinked: ({ advice }, { say }) =>
    `Das Telefon soll getrennt werden, und ist es noch nicht. ${say(advice)}`,
  unreadableProxy:
    'Die Adresse des Proxys dieses Kontos wurde unter einem anderen Schlüssel gespeichert. Wer Carillon betreibt, muss diesen Schlüssel wieder einsetzen oder den Proxy neu setzen.',
}
