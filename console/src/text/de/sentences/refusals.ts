import type { refusalSentences } from '../../../../../src/domain/sentences/refusals.js'
import type { TextsOf } from '../../sentence-texts.js'
import { stateWord } from './words.js'

const operator = 'Sagen Sie es denen, die Carillon betreiben'
const soon = 'Versuchen Sie es gleich noch einmal.'
const look = 'Sehen Sie nach, ob ein Worker läuft, und dann, ob es geschehen ist.'

export const refusals: TextsOf<typeof refusalSentences> = {
  noReminder: ({ key }) => `Die Erinnerung „${key}“ gibt es nicht.`,
  noReminderKey: ({ key }) => `Die Erinnerung „${key}“ gibt es nicht.`,
  noSuchReminder: 'Diese Erinnerung gibt es nicht.',
  reminderOver: ({ key }) =>
    `Die Erinnerung „${key}“ ist vorbei. Mit „Eine weitere wie diese“ legen Sie eine neue an.`,
  reminderIsOver: ({ key, state }) => `Die Erinnerung „${key}“ ist vorbei (${stateWord(state)}).`,
  reminderBeingCanceled: ({ key }) => `Die Erinnerung „${key}“ wird gerade beendet.`,
  reminderNotRunning: ({ key }) =>
    `Zu der Erinnerung „${key}“ läuft in Temporal nichts: Sie wurde dort beendet, oder es ist ein anderes Temporal. Legen Sie sie mit demselben Inhalt noch einmal an, damit sie weitergeht.`,
  keyHidden: ({ key }) =>
    `Der Name „${key}“ gehört zu einer Erinnerung eines Kontos, für das Ihre Anmeldung nicht gilt. Wählen Sie einen anderen.`,
  keyUsed: ({ key }) =>
    `Der Name „${key}“ war schon einmal in Gebrauch, und von jener Erinnerung ist nichts mehr bekannt. Wählen Sie einen anderen.`,
  nothingToCome: ({ key }) => `Von der Erinnerung „${key}“ kommt kein Termin mehr.`,
  nothingMoreToCome: ({ key }) => `Von der Erinnerung „${key}“ kommt kein Termin mehr.`,
  definitionChanged: ({ key }) => `Die Erinnerung „${key}“ wurde inzwischen geändert.`,
  occurrenceBegun: ({ at }, { instant }) =>
    `Der Termin ${instant(at)} wurde schon gesendet: Es wurde nichts verschoben.`,
  occurrenceOver: ({ at }, { instant }) =>
    `Der Termin ${instant(at)} ist schon vorbei: Es wurde nichts verschoben.`,
  noOccurrenceAt: ({ key, at }, { instant }) =>
    `Die Erinnerung „${key}“ hat keinen Termin ${instant(at)}. Sehen Sie im Kalender nach, wann sie gesendet wird.`,
  tooManyMoved: ({ key, most }) =>
    `${most} Termine der Erinnerung „${key}“ sind schon verschoben oder ausgelassen. Ändern Sie stattdessen, wann sie gesendet wird.`,
  accountGoneAdvice: ({ account }) =>
    `Das Konto „${account}“ dieser Erinnerung wurde entfernt. Geben Sie ihr ein anderes, oder legen Sie „${account}“ wieder an, und setzen Sie sie dann fort.`,
  noAnswerCreate: ({ seconds, key }) =>
    `Kein Worker hat in ${seconds} s geantwortet, und es ist nicht bekannt, ob die Erinnerung „${key}“ angelegt ist. Speichern Sie noch einmal: Daraus wird nie eine zweite.`,
  noAnswerUpdate: ({ seconds }) =>
    `Kein Worker hat in ${seconds} s geantwortet, und es ist nicht bekannt, ob es geschehen ist. ${look}`,
  noAnswerRetry: ({ seconds }) =>
    `Kein Worker hat in ${seconds} s geantwortet, und es ist nicht bekannt, ob noch einmal gesendet wird. ${look}`,
  noRun: 'Diese Sendung gibt es nicht.',
  noImage: 'Dieses Bild gibt es nicht.',
  runOver: ({ state }) => `Diese Sendung ist vorbei (${stateWord(state)}).`,
  runNotRunning:
    'Zu dieser Sendung läuft in Temporal nichts: Sie wurde dort beendet, oder es ist ein anderes Temporal.',
  runStillRunning: ({ state }) =>
    `Diese Sendung ist noch im Gang (${stateWord(state)}): Warten Sie auf ihr Ende, oder brechen Sie sie ab.`,
  runEnded: `Diese Sendung endete gerade, als gefragt wurde. ${soon}`,
  noAccount: ({ account, hint }, { say }) =>
    `Das Konto „${account}“ gibt es nicht.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseAddAccount: 'Fügen Sie es hinzu.',
  phraseSeeAccounts: 'Unter „Konten“ sehen Sie alle.',
  phraseYouHave: ({ ids }) => `Es gibt: ${ids}.`,
  accountGoneMeanwhile: ({ account }) => `Das Konto „${account}“ gibt es nicht mehr.`,
  accountTaken: ({ account }) => `Ein Konto „${account}“ gibt es schon. Wählen Sie einen anderen Namen.`,
  accountBeingRemoved: ({ account }) =>
    `Das Konto „${account}“ wird gerade entfernt: Damit wird kein Telefon verknüpft.`,
  accountBeingRemovedToo: ({ account }) =>
    `Das Konto „${account}“ wird gerade entfernt, und sein Gerät mit ihm.`,
  noQrCode: ({ account }) => `Für „${account}“ gibt es gerade keinen QR-Code. Warten Sie einen Moment.`,
  tokenNotTaken: 'Sie sind nicht mehr angemeldet. Melden Sie sich wieder an, um weiterzumachen.',
  noToken: 'Dieses Token gibt es nicht.',
  tokenTaken: ({ name }) =>
    `Ein Token „${name}“ gibt es schon. Wählen Sie einen anderen Namen, oder widerrufen Sie jenes zuerst.`,
  noEndpoint: ({ hint }, { say }) =>
    `Diesen Webhook gibt es nicht.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseAddEndpoint: 'Fügen Sie einen hinzu.',
  endpointDisabled: 'Dieser Webhook ist abgeschaltet. Schalten Sie ihn wieder ein.',
  noDelivery: 'Dieses Ereignis ist älter als 30 Tage und nicht mehr da.',
  noUpdate: ({ bot }) => `Diese Nachricht des Bots „${bot}“ gibt es nicht.`,
  roleTooLow: 'Ihre Anmeldung erlaubt das nicht. Melden Sie sich mit einem anderen Token an.',
  roleNeeded: 'Ihre Anmeldung erlaubt das nicht. Melden Sie sich mit einem anderen Token an.',
  tokenOfSome:
    'Ihre Anmeldung gilt nur für einige Konten, und das betrifft alle. Melden Sie sich mit einem anderen Token an.',
  noSignIn: 'Dieses Token oder dieser Link gilt nicht. Lassen Sie sich ein neues geben.',
  signInsFailed: ({ seconds }, { duration }) =>
    `Zu viele Anmeldungen sind gescheitert. Versuchen Sie es in ${duration(seconds * 1_000)} wieder.`,
  temporalAway: `Temporal ist nicht erreichbar. ${operator}.`,
  notInTime: ({ seconds }) =>
    `Es wurde in ${seconds} s nicht fertig, und wird es vielleicht noch: Sehen Sie nach, bevor Sie es noch einmal versuchen.`,
  postgresAway: ({ why }) => `Postgres ist nicht erreichbar (${why}). ${operator}.`,
  postgresRestarts: `Postgres wird gerade angehalten oder neu gestartet. ${soon}`,
  postgresCrashed: `Postgres ist abgestürzt und startet neu. ${soon}`,
  postgresStarts: `Postgres startet gerade oder wird angehalten. ${soon}`,
  postgresDiskFull: `Die Festplatte von Postgres ist voll. Es wurde nichts gespeichert. ${operator}.`,
  secretsOfOtherKey: ({ what }, { say }) =>
    `Was geheim ist, wird verschlüsselt gespeichert, auch ${say(what)}. ${operator}: Es braucht den Schlüssel, den die Worker haben.`,
  phraseBotToken: 'das Token eines Bots',
  phraseEndpointSecret: 'das Geheimnis eines Webhooks',
  phraseProxyUrl: 'die Adresse eines Proxys',
  receiptAltered:
    'Der Beleg dieser Sendung wurde verändert. Unter „Verlauf“ können Sie die ganze Aufzeichnung prüfen.',
  receiptGone:
    'Den Beleg dieser Sendung gibt es nicht mehr. Unter „Verlauf“ können Sie die ganze Aufzeichnung prüfen.',
  noReceiptThen: 'Als diese Sendung endete, gab es noch keine Belege.',
  eventGone: 'Dieses Ereignis gibt es nicht mehr: Sein Webhook wurde inzwischen entfernt.',
  keyReused: `Diese Anfrage wurde schon für etwas anderes benutzt. ${soon}`,
  bodyTooLarge: ({ bytes }, { number }) => `Das ist zu groß: Möglich sind höchstens ${number(bytes)} Byte.`,
  failed: `Das ist gescheitert. ${operator}: Das Protokoll sagt, woran.`,
}
