import type { timeSentences } from '../../../../../src/domain/sentences/times.js'
import type { TextsOf } from '../../sentence-texts.js'

const time = 'Hier muss eine Zeit stehen, etwa 2026-11-24T09:00 oder (auf Englisch) „tomorrow 09:00“'

export const times: TextsOf<typeof timeSentences> = {
  timeExpected: `${time}.`,
  timePartly: ({ understood }) => `${time}. Verstanden wurde nur „${understood}“.`,
  timeThereIsNone: `${time}. Diesen Tag oder diese Zeit gibt es nicht.`,
  timeShort: ({ clock }) =>
    `Hier muss eine Zeit stehen, etwa 2026-11-24T09:00 oder (auf Englisch) „tomorrow ${clock}“.`,
  phraseQuotes: 'Anführungszeichen',
  dateOr: ({ other }, { say }) => `Möglich ist ein Tag wie 2026-12-18. Oder: ${say(other)}`,
  timePastByWords: ({ text }) => `„${text}“ ist vorbei. Wählen Sie eine Zeit, die noch kommt.`,
  timePast: ({ text, at }) =>
    `„${text}“ ist ${at.replace('T', ' ')}, und das ist vorbei. Wenn Sie das meinen, schreiben Sie es so.`,
  timeToCome: 'Wählen Sie eine Zeit, die noch kommt.',
  timeInPast: ({ ago }, { duration }) =>
    `Diese Zeit ist seit ${duration(ago)} vorbei. Wählen Sie eine spätere, oder erhöhen Sie „Wie spät sie noch beginnen darf“.`,
  allPast: 'Alle diese Zeiten sind vorbei. Wählen Sie eine, die noch kommt.',
  timeAfterNow: ({ at }, { instant }) => `Wählen Sie eine Zeit, die noch kommt: Jetzt ist ${instant(at)}.`,
  dayForm: ({ first, last }) => `Möglich ist ein Tag wie 2026-12-24, zwischen ${first} und ${last}.`,
  daysFrom: ({ from, most }) => `Möglich ist ein Tag ab ${from}, und höchstens ${most} Tage zusammen.`,
  noCursorWithIt: 'Beides zugleich geht nicht.',
  noonOrMidnight: 'Das lässt sich auf zwei Arten lesen: Schreiben Sie „noon“ oder „midnight tonight“.',
  timeOfDayToo: ({ example }) => `Es fehlt die Uhrzeit, etwa „${example}“.`,
  dateReadsSeveral: ({ found }) =>
    `„${found}“ lässt sich auf mehrere Arten lesen: Schreiben Sie den Tag wie 2026-11-12.`,
  dateReadsBoth: ({ found, ways }) =>
    `„${found}“ lässt sich auf zwei Arten lesen: Schreiben Sie ${ways.replaceAll(/,? or /g, ' oder ')}.`,
  clockOrDate: ({ found, clock, date }) =>
    `„${found}“ kann eine Uhrzeit oder ein Tag sein: Schreiben Sie ${clock} oder „${date}“.`,
  noSuchDate: ({ found }) => `Den Tag „${found}“ gibt es nicht. Schreiben Sie ihn wie 2026-11-12.`,
  zoneExpected: 'Hier muss eine Zeitzone stehen, etwa Africa/Nairobi.',
  instantExpected: 'Hier muss ein Zeitpunkt stehen, etwa 2026-11-24T06:00:00Z.',
  instantUtc: 'Hier muss ein Zeitpunkt in UTC stehen, etwa 2026-11-24T06:00:00Z.',
  instantNear: 'Die Uhr dieses Geräts geht um mehr als eine Stunde falsch. Stellen Sie sie.',
  localTime: ({ first, last }) =>
    `Hier muss eine Zeit wie 2026-11-24T09:00 stehen, zwischen ${first} und ${last}.`,
  localTimeOrInstant: ({ first, last }) =>
    `Hier muss eine Zeit wie 2026-11-24T09:00 stehen, zwischen ${first} und ${last}, oder ein Zeitpunkt in UTC.`,
  untilOrBy: 'Geben Sie entweder an, auf wann, oder um wie viel sie verschoben wird.',
  whenMissing: 'Wählen Sie, wann sie gesendet wird.',
  oneWhen: ({ fields }) => `Nur eines davon ist möglich: ${fields.replaceAll(' and ', ', ')}.`,
  repetitionBeside: 'Das geht nur bei einer Erinnerung, die sich wiederholt.',
  startOrDtstart: 'Der Anfang steht entweder hier oder als DTSTART in der Regel, nicht an beiden Stellen.',
  zoneOfDtstart: ({ zone }) => `DTSTART hat die Zeitzone ${zone}: Wählen Sie diese, oder keine.`,
  startMissing:
    'Die Regel lässt die Uhrzeit offen: Geben Sie sie als Anfang an, etwa „08:00“, oder als BYHOUR und BYMINUTE in der Regel.',
  dtstartMissing: 'Es fehlt eine Zeile DTSTART, oder ein Anfang neben der Regel.',
  cronForm: 'Hier müssen fünf Felder stehen, etwa „0 8 * * MON“.',
  ruleForm:
    'Hier muss eine RRULE stehen, etwa FREQ=WEEKLY;BYDAY=MO,TH, oder Zeilen, die aus einem Kalender kopiert sind.',
  offsetForm: 'Hier muss ein Abstand wie -3d, -1h30m oder +1w stehen (bis zehn Jahre), oder at.',
  offsetWholeDays: 'Neben einer Uhrzeit muss der Abstand in ganzen Tagen oder Wochen sein.',
  neverOccurs: ({ from, to }) =>
    `Das kommt nie vor. Gesucht wurde von ${from.replace('T', ' ')} bis ${/\d{4}$/.exec(to)?.[0] ?? to.replace('T', ' ')}.`,
  phraseEndOfYears: ({ year }) => `Ende ${year}`,
}
