import type { DoctorTexts } from '../../sentence-texts.js'
import { capital, counted, stateWord } from './words.js'

const must = 'Whoever runs Carillon must'
const startOne = `${must} start one. It is seen at once.`

/** What `carillon doctor` says at a terminal, for whoever reads it here. */
export const doctor: DoctorTexts = {
  doctorNotLookedAt: ({ why }) => `This could not be looked at (${why}).`,

  doctorZoneData: ({ version, newer }) =>
    newer === undefined
      ? `The rules of ${version} are in use.`
      : `The rules of ${version} are in use. The computer knows those of ${newer}: where they changed since, times may be an hour off until Carillon is updated.`,
  doctorNoWorkerSeen: 'None of the programs that send was seen in the last minutes.',
  doctorZonesOfWorkers: ({ version, workers }, { number }) =>
    `${version} in ${counted(workers, 'program', number(workers))}`,
  doctorZonesDiffer: ({ workers, own }, { say }) =>
    `${say(workers)}, and ${own} here: where the rules changed in between, times may be an hour off.`,
  phraseDoctorList: ({ one, more }, { say }) => `${say(one)}, ${say(more)}`,
  doctorSameVersion: `${must} use the same version everywhere. A program that was replaced is forgotten after 3 minutes.`,

  doctorClockAgrees: 'It agrees with the clock of the database.',
  doctorClockAhead: ({ off }, { duration }) => `It is ${duration(off)} ahead of the clock of the database.`,
  doctorClockBehind: ({ off }, { duration }) => `It is ${duration(off)} behind the clock of the database.`,
  doctorSetClocks: `${must} have both clocks set by the network (NTP). Times such as “in 5 minutes” go by the one, and hours and deadlines by the other.`,

  doctorStoredInClear: 'What is personal or secret is not encrypted where it is stored.',
  doctorSetKey: `${must} set an encryption key, the same one for all programs: docs/encryption.md says how.`,
  doctorStoredUnderOther: ({ key }) =>
    `What is stored was not encrypted with the key that is in use here (its fingerprint: ${key}).`,
  doctorSetRightKey: `${must} set the key that it was encrypted with. If that is lost, docs/runbook.md says what to do.`,
  doctorStoredUnder: ({ key }) =>
    `What is personal or secret is encrypted where it is stored (fingerprint of the key: ${key}).`,
  doctorRotation: ({ key, percent, pass, rows }, { number }) =>
    `A change to the key ${key} is under way: ${percent} % of round ${number(pass)}, ${counted(rows, 'row', number(rows))}.`,
  doctorRotationElsewhere: ({ key, current }) =>
    `A change to the key ${key} is under way, and here the key in use is ${current}.`,
  doctorGiveRing: `${must} give every program the same keys, with that one as the first.`,

  doctorPolled: ({ queue }) => `A program sees to ${queueName(queue)}.`,
  doctorNotPolled: ({ queue }) => `No program sees to ${queueName(queue)}.`,
  doctorStartWorker: startOne,

  doctorNoAccounts: 'There is none yet. Add one under Accounts.',
  doctorAccount: ({ account, state, until }, { instant }) =>
    `“${account}”: ${stateWord(state)}${until === undefined ? '' : ` until ${instant(until)}`}.`,
  doctorAccountToBeRemoved: ({ account, state }) => `“${account}”: ${stateWord(state)}, to be removed.`,
  doctorAccountToBeUnlinked: ({ account, state }) =>
    `“${account}”: ${stateWord(state)}, the phone to be unlinked.`,
  doctorAccountPaused: ({ account, state }) => `“${account}”: ${stateWord(state)}, but paused.`,
  doctorAccountGroupsOnly: ({ account, state, until }, { instant }) =>
    `“${account}”: ${stateWord(state)}, but without messages to people until ${instant(until)}.`,
  doctorWaitRemoved: 'Wait. It is removed by itself while a program that sends is running.',
  doctorWaitUnlinked: 'Wait. It is unlinked by itself while a program that sends is running.',
  doctorWaitConnects: 'Wait. It connects by itself while a program that sends is running.',
  doctorResumeAccount: ({ reason }, { say }) =>
    `${capital(say(reason)).replace(/\.$/, '')}. Press “Resume sending” at the account when it may go on.`,
  doctorPairAccount: ({ account }) => `Link the phone of “${account}” again, under Accounts.`,
  doctorSeeAccounts: 'Look at it under Accounts.',

  doctorInNoGroups: ({ account, at }, { instant }) =>
    `“${account}” is in no groups. They were read: ${instant(at)}.`,
  doctorInGroups: ({ account, groups, at }, { number, instant }) =>
    `“${account}” is in ${counted(groups, 'group', number(groups))}. They were read: ${instant(at)}.`,
  doctorGroupsNotRead: ({ account, groups, failed, waiting }, { number, say }) =>
    [
      `The groups of “${account}” were not read yet (known: ${number(groups)}).`,
      failed === undefined ? '' : ` ${say(failed)}.`,
      ' What goes to all groups waits',
      waiting === undefined ? '.' : ` (now: ${number(waiting)}).`,
    ].join(''),
  doctorGroupsUnreadable: ({ account, since, failed }, { instant, say }) =>
    [
      `The groups of “${account}” cannot be read since ${instant(since)}.`,
      failed === undefined ? '' : ` ${say(failed)}.`,
    ].join(''),
  doctorRefreshGroups: ({ account, at }, { instant }) =>
    [
      at === undefined ? '' : `They are read again by themselves: ${instant(at)}. `,
      `“Read groups again”, in a new reminder of “${account}”, does it at once.`,
    ].join(''),
  phraseDoctorAskedTooOften: 'WhatsApp does not list them for now, since it was asked too often',
  phraseDoctorNotListedNow: 'WhatsApp could not list them just now',
  phraseDoctorNoAnswer: 'WhatsApp did not answer',
  phraseDoctorNotStored: 'The database could not store them',
  phraseDoctorNotListed: ({ failure }) => `WhatsApp refused to list them (${failure})`,

  doctorRunWaits: ({ account, since }, { instant }) =>
    `1 run waits for “${account}”${nobodyLooks(since, instant)}.`,
  doctorRunsWait: ({ account, runs, since }, { number, instant }) =>
    `${counted(runs, 'run', number(runs))} wait for “${account}”${nobodyLooks(since, instant)}.`,
  doctorServeQueue: ({ workflow }) =>
    `${must} start a program that sends, if none is running. Else it helps to end ${workflow} in Temporal: it begins anew within 15 minutes.`,

  doctorBot: ({ bot, waiting, dead }, { say }) =>
    `“${bot}”: ${say(waiting)}${dead === undefined ? '' : `; ${say(dead)}`}.`,
  phraseDoctorNoUpdate: 'nothing waits',
  phraseDoctorUpdate: ({ age }, { duration }) => `1 message waits${since(age, duration)}`,
  phraseDoctorUpdates: ({ count, age }, { number, duration }) =>
    `${number(count)} messages wait${oldest(age, duration)}`,
  phraseDoctorManyUpdates: ({ count, age }, { number, duration }) =>
    `${number(count)} messages or more wait${oldest(age, duration)}`,
  phraseDoctorOneDead: '1 could not be handled',
  phraseDoctorDead: ({ count }, { number }) => `${number(count)} could not be handled`,
  phraseDoctorManyDead: ({ count }, { number }) => `${number(count)} or more could not be handled`,
  doctorSeeWaiting: `${must} see whether a program that sends is running: then what waits is tried again by itself.`,
  doctorSeeDead: 'Open “Could not be handled”: it says why, and there it can be tried again.',
  doctorSeeWaitingAndDead: `Open “Could not be handled”: it says why, and there it can be tried again. ${must} see whether a program that sends is running: then what waits is tried again by itself.`,

  doctorReceipts: ({ rows, backlog, age, trouble }, { number, say, duration }) =>
    [
      `${rows === 1 ? '1 entry' : `${number(rows)} entries`} in the record; ${say(backlog)}`,
      oldest(age, duration),
      trouble === undefined ? '.' : `. ${say(trouble)}.`,
    ].join(''),
  phraseDoctorNoneMissing: 'none is missing',
  phraseDoctorToBeWritten: ({ count }, { number }) => `${number(count)} to be written`,
  phraseDoctorManyToBeWritten: ({ count }, { number }) => `${number(count)} or more to be written`,
  phraseDoctorSchedulePaused: ({ schedule }) => `What writes them (${schedule}) is paused`,
  phraseDoctorNoSchedule: ({ schedule }) => `What writes them (${schedule}) is not there`,
  doctorSeeReceipts: ({ schedule }) =>
    `${must} see whether a program that sends is running, and what Temporal says of ${schedule}.`,
  doctorUnpauseSchedule: ({ schedule }) => `${must} set ${schedule} going again in Temporal.`,
  doctorReconcile: `${must} have it made anew: docs/runbook.md says how, under “reconcile”.`,

  doctorWebhook: ({ endpoint, waiting }, { number }) => `${endpoint}: active${eventsWait(waiting, number)}.`,
  doctorWebhookDisabled: ({ endpoint, reason, waiting }, { say, number }) =>
    `${endpoint}: switched off, since ${say(reason)}${eventsWait(waiting, number)}.`,
  doctorWebhookFailing: ({ endpoint, failures, since: ms, last, next, waiting }, { number, duration }) =>
    [
      `${endpoint}: ${failures === 1 ? '1 try' : `${number(failures)} tries in a row`} failed`,
      ` in ${duration(-ms)}, the last with ${last}. `,
      next > 0 ? `It is tried again in ${duration(next)}` : 'It is tried again now',
      `${eventsWait(waiting, number)}.`,
    ].join(''),
  doctorEnableWebhook: 'Press “Switch on again”, under Webhooks, when it wants to hear.',
  doctorMendWebhook:
    'See that the other program answers. “Send a test”, under Webhooks, tries it out, and “Switch on again” sends at once what waits.',
  doctorHandedOver: 'What happens is told to other programs.',
  doctorNotHandedOver: ({ workflow }) =>
    `What happens is told to no other program: ${workflow} is not running.`,
  doctorStartRelay:
    'It starts by itself within minutes where a program that sends is running. Whoever runs Carillon can start it at once.',
}

const queues: Record<string, string> = {
  carillon: 'the reminders',
  sessions: 'the connections to WhatsApp',
  webhooks: 'the webhooks',
}

function queueName(queue: string): string {
  return queues[queue] ?? `“${queue}”`
}

function since(age: number | undefined, duration: (ms: number) => string): string {
  return age === undefined ? '' : `, since ${duration(age)}`
}

function oldest(age: number | undefined, duration: (ms: number) => string): string {
  return age === undefined ? '' : `, the oldest since ${duration(age)}`
}

function nobodyLooks(moment: string | undefined, instant: (instant: string) => string): string {
  return moment === undefined ? '' : `. Nobody has seen to that since ${instant(moment)}`
}

function eventsWait(count: number | undefined, number: (value: number) => string): string {
  return count === undefined ? '' : `; ${counted(count, 'event', number(count))} to be told`
}
