import type { DoctorTexts } from '../../sentence-texts.js'
import { counted, stateWord } from './words.js'

const must = 'Wer Carillon betreibt, muss'

export const doctor: DoctorTexts = {
  doctorNotLookedAt: ({ why }) => `Das konnte nicht angesehen werden (${why}).`,

  doctorZoneData: ({ version, newer }) =>
    newer === undefined
      ? `Es gelten die Regeln von ${version}.`
      : `Es gelten die Regeln von ${version}. Der Rechner kennt die von ${newer}: Wo sie sich seitdem geändert haben, sind Zeiten vielleicht eine Stunde falsch, bis Carillon aktualisiert ist.`,
  doctorNoWorkerSeen: 'Keines der Programme, die senden, wurde in den letzten Minuten gesehen.',
  doctorZonesOfWorkers: ({ version, workers }) =>
    `${version} in ${counted(workers, 'Programm', 'Programmen')}`,
  doctorZonesDiffer: ({ workers, own }, { say }) =>
    `${say(workers)}, hier ${own}: Wo sich die Regeln dazwischen geändert haben, sind Zeiten vielleicht eine Stunde falsch.`,
  phraseDoctorList: ({ one, more }, { say }) => `${say(one)}, ${say(more)}`,
  doctorSameVersion: `${must} überall dieselbe Version einsetzen. Ein Programm, das ersetzt wurde, ist nach 3 Minuten vergessen.`,

  doctorClockAgrees: 'Sie stimmt mit der Uhr der Datenbank überein.',
  doctorClockAhead: ({ off }, { duration }) => `Sie geht der Uhr der Datenbank um ${duration(off)} vor.`,
  doctorClockBehind: ({ off }, { duration }) => `Sie geht der Uhr der Datenbank um ${duration(off)} nach.`,
  doctorSetClocks: `${must} beide Uhren über das Netz stellen lassen (NTP). Zeiten wie „in 5 Minuten“ richten sich nach der einen, Stunden und Fristen nach der anderen.`,

  doctorStoredInClear: 'Was persönlich oder geheim ist, wird unverschlüsselt gespeichert.',
  doctorSetKey: `${must} einen Schlüssel setzen, denselben für alle Programme: Wie, steht in docs/encryption.md.`,
  doctorStoredUnderOther: ({ key }) =>
    `Was gespeichert ist, wurde nicht mit dem Schlüssel verschlüsselt, der hier gilt (sein Fingerabdruck: ${key}).`,
  doctorSetRightKey: `${must} den Schlüssel einsetzen, mit dem es verschlüsselt wurde. Ist er verloren, steht in docs/runbook.md, was zu tun ist.`,
  doctorStoredUnder: ({ key }) =>
    `Was persönlich oder geheim ist, wird verschlüsselt gespeichert (Fingerabdruck des Schlüssels: ${key}).`,
  doctorRotation: ({ key, percent, pass, rows }, { number }) =>
    `Ein Wechsel zum Schlüssel ${key} ist im Gang: ${percent} % der Runde ${number(pass)}, ${rows === 1 ? '1 Zeile' : `${number(rows)} Zeilen`}.`,
  doctorRotationElsewhere: ({ key, current }) =>
    `Ein Wechsel zum Schlüssel ${key} ist im Gang, und hier gilt ${current === 'none' ? 'keiner' : current}.`,
  doctorGiveRing: `${must} jedem Programm dieselben Schlüssel geben, jenen als ersten.`,

  doctorPolled: ({ queue }) => `Ein Programm kümmert sich um ${queueName(queue)}.`,
  doctorNotPolled: ({ queue }) => `Kein Programm kümmert sich um ${queueName(queue)}.`,
  doctorStartWorker: `${must} eines starten. Es wird sofort gesehen.`,

  doctorNoAccounts: 'Es gibt noch keines. Fügen Sie unter „Konten“ eines hinzu.',
  doctorAccount: ({ account, state, until }, { instant }) =>
    `„${account}“: ${stateWord(state)}${until === undefined ? '' : ` bis ${instant(until)}`}.`,
  doctorAccountToBeRemoved: ({ account, state }) =>
    `„${account}“: ${stateWord(state)}, soll entfernt werden.`,
  doctorAccountToBeUnlinked: ({ account, state }) =>
    `„${account}“: ${stateWord(state)}, das Telefon soll getrennt werden.`,
  doctorAccountPaused: ({ account, state }) => `„${account}“: ${stateWord(state)}, aber angehalten.`,
  doctorAccountGroupsOnly: ({ account, state, until }, { instant }) =>
    `„${account}“: ${stateWord(state)}, aber bis ${instant(until)} ohne Nachrichten an Personen.`,
  doctorWaitRemoved: 'Warten Sie. Es wird von selbst entfernt, solange ein Programm läuft, das sendet.',
  doctorWaitUnlinked: 'Warten Sie. Es wird von selbst getrennt, solange ein Programm läuft, das sendet.',
  doctorWaitConnects: 'Warten Sie. Es verbindet sich von selbst, solange ein Programm läuft, das sendet.',
  doctorResumeAccount: ({ reason }, { say }) =>
    `${say(reason).replace(/\.$/, '')}. Drücken Sie beim Konto auf „Senden fortsetzen“, wenn es weitergehen darf.`,
  doctorPairAccount: ({ account }) => `Verknüpfen Sie unter „Konten“ das Telefon von „${account}“ neu.`,
  doctorSeeAccounts: 'Sehen Sie es sich unter „Konten“ an.',

  doctorInNoGroups: ({ account, at }, { instant }) =>
    `„${account}“ ist in keiner Gruppe. Gelesen: ${instant(at)}.`,
  doctorInGroups: ({ account, groups, at }, { number, instant }) =>
    `„${account}“ ist in ${groups === 1 ? '1 Gruppe' : `${number(groups)} Gruppen`}. Gelesen: ${instant(at)}.`,
  doctorGroupsNotRead: ({ account, groups, failed, waiting }, { number, say }) =>
    [
      `Die Gruppen von „${account}“ wurden noch nicht gelesen (bekannt: ${number(groups)}).`,
      failed === undefined ? '' : ` ${say(failed)}.`,
      ' Was an alle Gruppen geht, wartet',
      waiting === undefined ? '.' : ` (zurzeit: ${number(waiting)}).`,
    ].join(''),
  doctorGroupsUnreadable: ({ account, since, failed }, { instant, say }) =>
    [
      `Die Gruppen von „${account}“ lassen sich nicht mehr lesen, seit ${instant(since)}.`,
      failed === undefined ? '' : ` ${say(failed)}.`,
    ].join(''),
  doctorRefreshGroups: ({ account, at }, { instant }) =>
    [
      at === undefined ? '' : `Sie werden von selbst wieder gelesen: ${instant(at)}. `,
      `Sofort geht es in einer neuen Erinnerung des Kontos „${account}“, mit „Gruppen neu lesen“.`,
    ].join(''),
  phraseDoctorAskedTooOften: 'WhatsApp nennt sie zurzeit nicht, weil zu oft gefragt wurde',
  phraseDoctorNotListedNow: 'WhatsApp konnte sie gerade nicht nennen',
  phraseDoctorNoAnswer: 'WhatsApp hat nicht geantwortet',
  phraseDoctorNotStored: 'Die Datenbank konnte sie nicht speichern',
  phraseDoctorNotListed: ({ failure }) => `WhatsApp hat sich geweigert, sie zu nennen (${failure})`,

  doctorRunWaits: ({ account, since }, { instant }) =>
    `1 Sendung wartet auf „${account}“${nobodyLooks(since, instant)}.`,
  doctorRunsWait: ({ account, runs, since }, { number, instant }) =>
    `${number(runs)} Sendungen warten auf „${account}“${nobodyLooks(since, instant)}.`,
  doctorServeQueue: ({ workflow }) =>
    `${must} ein Programm starten, das sendet, wenn keines läuft. Sonst hilft es, ${workflow} in Temporal zu beenden: Binnen 15 Minuten beginnt es neu.`,

  doctorBot: ({ bot, waiting, dead }, { say }) =>
    `„${bot}“: ${say(waiting)}${dead === undefined ? '' : `; ${say(dead)}`}.`,
  phraseDoctorNoUpdate: 'nichts wartet',
  phraseDoctorUpdate: ({ age }, { duration }) =>
    `1 Nachricht wartet${age === undefined ? '' : ` (seit ${duration(age)})`}`,
  phraseDoctorUpdates: ({ count, age }, { number, duration }) =>
    `${number(count)} Nachrichten warten${oldest(age, duration)}`,
  phraseDoctorManyUpdates: ({ count, age }, { number, duration }) =>
    `${number(count)} Nachrichten oder mehr warten${oldest(age, duration)}`,
  phraseDoctorOneDead: '1 konnte nicht bearbeitet werden',
  phraseDoctorDead: ({ count }, { number }) => `${number(count)} konnten nicht bearbeitet werden`,
  phraseDoctorManyDead: ({ count }, { number }) =>
    `${number(count)} oder mehr konnten nicht bearbeitet werden`,
  doctorSeeWaiting: `${must} nachsehen, ob ein Programm läuft, das sendet: Was wartet, wird dann von selbst wieder versucht.`,
  doctorSeeDead:
    'Öffnen Sie „Nicht bearbeitet“: Dort steht, warum, und dort lässt es sich noch einmal versuchen.',
  doctorSeeWaitingAndDead: `Öffnen Sie „Nicht bearbeitet“: Dort steht, warum, und dort lässt es sich noch einmal versuchen. ${must} nachsehen, ob ein Programm läuft, das sendet: Was wartet, wird dann von selbst wieder versucht.`,

  doctorReceipts: ({ rows, backlog, age, trouble }, { number, say, duration }) =>
    [
      `${rows === 1 ? '1 Eintrag' : `${number(rows)} Einträge`} in der Aufzeichnung; ${say(backlog)}`,
      age === undefined ? '' : ` (der älteste seit ${duration(age)})`,
      trouble === undefined ? '.' : `. ${say(trouble)}.`,
    ].join(''),
  phraseDoctorNoneMissing: 'keiner fehlt',
  phraseDoctorToBeWritten: ({ count }, { number }) => `${number(count)} noch zu schreiben`,
  phraseDoctorManyToBeWritten: ({ count }, { number }) => `${number(count)} oder mehr noch zu schreiben`,
  phraseDoctorSchedulePaused: ({ schedule }) => `Was sie schreibt (${schedule}), ist angehalten`,
  phraseDoctorNoSchedule: ({ schedule }) => `Was sie schreibt (${schedule}), gibt es nicht`,
  doctorSeeReceipts: ({ schedule }) =>
    `${must} nachsehen, ob ein Programm läuft, das sendet, und was Temporal von ${schedule} sagt.`,
  doctorUnpauseSchedule: ({ schedule }) => `${must} ${schedule} in Temporal wieder in Gang setzen.`,
  doctorReconcile: `${must} es neu anlegen lassen: Wie, steht in docs/runbook.md unter „reconcile“.`,

  doctorWebhook: ({ endpoint, waiting }, { number }) => `${endpoint}: aktiv${eventsWait(waiting, number)}.`,
  doctorWebhookDisabled: ({ endpoint, reason, waiting }, { say, number }) =>
    `${endpoint}: abgeschaltet, denn ${say(reason)}${eventsWait(waiting, number)}.`,
  doctorWebhookFailing: ({ endpoint, failures, since, last, next, waiting }, { number, duration }) =>
    [
      `${endpoint}: ${failures === 1 ? '1 Versuch ist' : `${number(failures)} Versuche nacheinander sind`} gescheitert`,
      ` in ${duration(-since)}, der letzte mit ${last}. `,
      next > 0 ? `In ${duration(next)} wird es wieder versucht` : 'Es wird gerade wieder versucht',
      `${eventsWait(waiting, number)}.`,
    ].join(''),
  doctorEnableWebhook: 'Schalten Sie ihn unter „Webhooks“ wieder ein, wenn er etwas erfahren will.',
  doctorMendWebhook:
    'Sorgen Sie dafür, dass das andere Programm antwortet. „Test senden“ unter „Webhooks“ probiert es aus, und „Wieder einschalten“ sendet sofort, was wartet.',
  doctorHandedOver: 'Was geschieht, wird anderen Programmen gesagt.',
  doctorNotHandedOver: ({ workflow }) =>
    `Was geschieht, wird keinem anderen Programm gesagt: ${workflow} läuft nicht.`,
  doctorStartRelay:
    'Es startet binnen Minuten von selbst, wo ein Programm läuft, das sendet. Wer Carillon betreibt, kann es sofort starten.',
}

const queues: Record<string, string> = {
  carillon: 'die Erinnerungen',
  sessions: 'die Verbindungen zu WhatsApp',
  webhooks: 'die Webhooks',
}

function queueName(queue: string): string {
  return queues[queue] ?? `„${queue}“`
}

function oldest(age: number | undefined, duration: (ms: number) => string): string {
  return age === undefined ? '' : ` (die älteste seit ${duration(age)})`
}

function nobodyLooks(moment: string | undefined, instant: (instant: string) => string): string {
  return moment === undefined ? '' : `. Niemand hat sich darum gekümmert, seit ${instant(moment)}`
}

function eventsWait(count: number | undefined, number: (value: number) => string): string {
  if (count === undefined) return ''
  return count === 1 ? '; 1 Ereignis wartet' : `; ${number(count)} Ereignisse warten`
}
