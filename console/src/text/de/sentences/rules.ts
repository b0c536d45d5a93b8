import type { ruleSentences } from '../../../../../src/domain/sentences/rules.js'
import type { TextsOf } from '../../sentence-texts.js'

export const rules: TextsOf<typeof ruleSentences> = {
  partUnexpected: ({ part, what, got }, { say }) => `${part}: Hier muss ${say(what)} stehen, nicht „${got}“.`,
  ruleUnexpected: ({ what, got }, { say }) => `Hier muss ${say(what)} stehen, nicht „${got}“.`,
  partTwice: ({ part, got }) => `${part}: Das darf nur einmal vorkommen, und steht noch einmal da: „${got}“.`,
  phraseZoneAsTzid: 'als TZID eine Zeitzone wie Africa/Nairobi',
  phraseOneTime: 'genau eine Zeit',
  phraseTimeStamp: 'eine Zeit wie 20261124T090000',
  phraseContentLine: 'DTSTART, RRULE, EXDATE oder RDATE, dann ein Doppelpunkt und der Wert',
  phraseOneOf: ({ list }) => `eines von ${list}`,
  phraseParts5545: ({ list }) => `einer der Teile ${list}`,
  phraseValueOf: ({ part }) => `${part}=Wert`,
  phraseUntil: ({ year }) => `eine Zeit wie 20261231T080000Z, bis ${year},`,
  phraseNumber: ({ max }) => `eine ganze Zahl von 1 bis ${max}`,
  phraseNumbers: ({ min, max, from, to }) =>
    `eine ganze Zahl von ${min} bis ${max}${from === undefined ? '' : ` oder ${from} bis ${to}`}`,
  phraseWeekdays: 'ein Wochentag wie MO, 1FR (der erste) oder -1SU (der letzte)',
  phraseFiveFields: 'cron mit fünf Feldern (Minute Stunde Tag Monat Wochentag)',
  phraseCronItem: ({ min, max, names }) =>
    `${min} bis ${max}${names === undefined ? '' : ` oder ${names}`} als *, Liste (1,3), Bereich (1-5) oder mit Schritt (*/2)`,
  phraseCronNoMore: ({ usual }, { say }) =>
    `${say(usual)} (L, W, # und ? kennt cron nicht: Eine RRULE sagt es, etwa FREQ=MONTHLY;BYMONTHDAY=-1)`,
  cronSixFields: ({ got }) =>
    `cron hat fünf Felder (Minute Stunde Tag Monat Wochentag), und „${got}“ hat sechs: Sekunden gibt es nicht.`,
  ruleSixFields: ({ got }) =>
    `cron hat fünf Felder (Minute Stunde Tag Monat Wochentag), und „${got}“ hat sechs: Sekunden gibt es nicht.`,
  exrule: 'EXRULE gibt es nicht mehr (RFC 5545): Nehmen Sie Zeilen mit EXDATE.',
  valueOfTimes: ({ part, got }) =>
    `${part}: Hier müssen Zeiten wie 20261124T090000 stehen, nicht VALUE=${got}.`,
  rruleMissing: 'Es fehlt eine RRULE, etwa RRULE:FREQ=WEEKLY;BYDAY=MO.',
  notGregorian: ({ part }) => `${part}: Nur der gregorianische Kalender ist möglich.`,
  secondly: 'FREQ: MINUTELY ist das Häufigste: Nichts wiederholt sich öfter als einmal pro Minute.',
  freqMissing: ({ list }) => `Es fehlt FREQ, mit einem von ${list}.`,
  countOrUntil: 'COUNT oder UNTIL, nicht beides.',
  oneSecond: 'BYSECOND: Nur eine Sekunde ist möglich: Nichts wiederholt sich öfter als einmal pro Minute.',
  monthDayWeekly: 'BYMONTHDAY geht mit FREQ=MONTHLY, YEARLY oder DAILY, nicht mit WEEKLY.',
  yearDayFrequency: 'BYYEARDAY geht mit FREQ=YEARLY, HOURLY oder MINUTELY.',
  weekNoYearly: 'BYWEEKNO geht mit FREQ=YEARLY.',
  dayNumbered: 'BYDAY: Wochentage mit Zahl (1MO, -1FR) gehen nur mit FREQ=MONTHLY oder YEARLY.',
  dayBesideWeekNo: 'BYDAY: Neben BYWEEKNO gehen nur Wochentage ohne Zahl.',
  setPosAlone: 'BYSETPOS braucht einen weiteren Teil BY…, aus dem es auswählt.',
  yearDayAndDay: 'BYYEARDAY und BYDAY gehen in einer jährlichen Regel nicht zusammen.',
  yearDayAndMonthDay: 'BYYEARDAY und BYMONTHDAY gehen in einer jährlichen Regel nicht zusammen.',
  weekNoAlone: 'BYWEEKNO geht nicht mit BYMONTHDAY oder BYYEARDAY zusammen.',
  monthDayAndNumbered:
    'BYMONTHDAY geht in einer jährlichen Regel nicht mit Wochentagen mit Zahl (1MO, -1FR) zusammen.',
}
