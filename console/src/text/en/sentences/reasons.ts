import type { reasonSentences } from '../../../../../src/domain/sentences/reasons.js'
import type { TextsOf } from '../../sentence-texts.js'
import { capital, stateWord } from './words.js'

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`)

/** Parts of others can be any of these, so none is left to the API. */
export const reasons: TextsOf<typeof reasonSentences> = {
  pausedBy: ({ who, reason }, { say }) => `paused ${say(who)}${because(reason)}`,
  canceledBy: ({ who, reason }, { say }) => `stopped ${say(who)}${because(reason)}`,
  accountPausedBy: ({ who, reason }, { say }) => `account paused ${say(who)}${because(reason)}`,
  accountRemovedBy: ({ who, reason }, { say }) => `account removed ${say(who)}${because(reason)}`,
  unlinkedBy: ({ who, reason }, { say }) => `phone unlinked ${say(who)}${because(reason)}`,
  skippedByOperator: ({ reason }) => `left out by hand${because(reason)}`,
  phraseOperator: 'by hand',
  phraseCalendar: 'for the next one',
  accountWasRemoved: ({ account }) => `the account “${account}” was removed`,
  accountGone: ({ account }) => `paused, since the account “${account}” was removed`,
  pausedUntil: ({ until }, { instant }) => `it was paused until ${instant(until)}`,
  tooManyRequests: ({ count }, { number }) =>
    `${number(count)} requests came faster than they could be done: of each kind the last one counted`,
  scheduleEdited: 'its times were changed',
  missedTime: ({ at, late, catchUp }, { instant, duration }) =>
    `due ${instant(at)}, and ${duration(late)} late: it may begin ${duration(catchUp)} late at most`,
  earlierUnderWay: 'the one before was still being sent',
  laterWaits: 'a later one waits in its place for the run under way',
  laterDue: 'a later one was due as well',
  notSentBefore: ({ deadline }, { instant }) => `not sent before ${instant(deadline)}`,
  noRecipients: 'no recipients: the account is in no groups',
  groupsNotReadBefore: ({ deadline }, { instant }) =>
    `the groups of the account were not read before ${instant(deadline)}`,
  runTerminated: 'the run was ended by force',
  deliveryTerminated: 'the delivery was ended by force',
  deliveryFailed: 'the delivery failed for good',
  deliverTimePassed: 'the time to deliver was over',
  uncertain: 'it is not known whether WhatsApp has it, and it is not to be sent again then',
  refusedAfterUncertain: ({ advice }, { say }) =>
    `an earlier attempt may have reached WhatsApp, and this one was refused: ${say(advice)}`,
  waitsForLock: 'another run of this account',
  groupsNotRead: 'the groups of the account to be read from WhatsApp',
  windowGoesOn: ({ at }) => `its hours of the day; it goes on: ${at}`,
  windowTooLateNow: ({ at, deadline }, { instant }) =>
    `its hours of the day; they begin ${at}, and what is unsent is left out before, ${instant(deadline)}`,
  noMessagesToPeople: ({ until }, { instant }) =>
    `WhatsApp, which takes no messages to people from this account until ${instant(until)}`,
  waitsPaused: 'paused',
  waitsForWindow: 'its hours of the day',
  waitsForPausedAccount: ({ account, reason }, { say }) => `the account “${account}”: ${say(reason)}`,
  waitsForAccount: ({ account, state, until, detail }, { instant, say }) =>
    [
      `the account “${account}” (${stateWord(state)}`,
      until === undefined ? '' : ` until ${instant(until)}`,
      ')',
      detail === undefined ? '' : `: ${say(detail)}`,
    ].join(''),
  preparingRun: 'its recipients and images to be prepared',
  itsTurn: ({ account }) => `its turn at the account “${account}”`,
  capReached: ({ cap, at }, { number, instant }) =>
    `the limit of the account, ${number(cap)} in 24 hours; the next may go out ${instant(at)}`,
  reminderLimit: ({ limit }, { number }) => `its own pace, ${number(limit)} a minute`,
  accountLimit: ({ limit }, { number }) => `the pace of the account, ${number(limit)} a minute`,
  answeredGone: 'it answered 410: it wants no more',
  sessionMoves: 'The connection is moving.',
  unlinkedAdvice: ({ because: reason }, { say }) =>
    `${capital(say(reason)).replace(/\.$/, '')}. Its runs wait until a phone is linked again.`,
  unlinkedHere:
    'WhatsApp was not told, so the phone may still show the device: take it off there (Settings, then Linked devices). Its keys are gone here, and its runs wait until a phone is linked again.',
  stillLinked: ({ advice }, { say }) => `The phone is to be unlinked, and is not yet. ${say(advice)}`,
  unreadableProxy:
    'The address of the proxy of this account was stored under another key. Whoever runs Carillon must give that key back, or set the proxy anew.',
}
